package overlay

import "syncscope/tui/theme"

// Message is the message to the one whose turn it is.
type Message struct {
	Page
	to   string
	text []string
}

// NewMessage is a message that was written.
func NewMessage(to string, text []string) *Message { return &Message{to: to, text: text} }

// Title implements Overlay.
func (p *Message) Title(Scene) string { return "Message to the " + p.to }

// Lines implements Overlay.
func (p *Message) Lines(in Scene, width int) []string {
	out := []string{in.Theme.Paint(theme.Dim, "It is copied, and masked; it can be pasted into a mail or a chat."), ""}
	for _, l := range p.text {
		for _, part := range Folded(in.Shown(l), width-2) {
			out = append(out, in.Theme.Paint(theme.Text, part))
		}
	}
	return out
}

// Picked is what y copies: the message as it was written.
func (p *Message) Picked() string {
	out := ""
	for _, l := range p.text {
		out += l + "\n"
	}
	return out
}
