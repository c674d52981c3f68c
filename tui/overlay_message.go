package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// Messages is a Control whose run can write the message to the one whose turn it
// is, in a language. It is masked.
type Messages interface {
	Message(u view.Update, lang string) (to string, lines []string, err error)
}

// messagePage is the message to the one whose turn it is.
type messagePage struct {
	page
	to   string
	text []string
}

func (p *messagePage) title(*Model) string { return "Message to the " + p.to }

func (p *messagePage) lines(m *Model, width int) []string {
	out := []string{m.th.Paint(theme.Dim, "It is copied, and masked; it can be pasted into a mail or a chat."), ""}
	for _, l := range p.text {
		for _, part := range folded(m.names.shown(l), width-2) {
			out = append(out, m.th.Paint(theme.Text, part))
		}
	}
	return out
}

// picked is what y copies: the message as it was written.
func (p *messagePage) picked() string {
	out := ""
	for _, l := range p.text {
		out += l + "\n"
	}
	return out
}

// writtenMsg is a message that was written, or why not.
type writtenMsg struct {
	page *messagePage
	err  error
}

func (w writtenMsg) take(m *Model) tea.Cmd {
	if w.err != nil {
		m.flash = w.err.Error()
		return nil
	}
	open(m, w.page)
	return copyText(m, "")
}

// writeMessage has the message written, shows and copies it.
func writeMessage(m *Model, _ string) tea.Cmd {
	run, ok := m.opts.Control.(Messages)
	if !ok || len(m.update.Attempts) == 0 {
		m.flash = "there is no attempt yet to write about"
		return nil
	}
	u, lang := m.came, m.opts.Lang
	return func() tea.Msg {
		to, lines, err := run.Message(u, lang)
		return writtenMsg{&messagePage{to: to, text: lines}, err}
	}
}
