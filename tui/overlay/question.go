package overlay

import (
	"cmp"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// maxAnswer bounds what can be typed.
const maxAnswer = 1024

// Question is what a host asks a person: a password, a code, whether its key
// is the right one. What the host does not let be shown is kept in one buffer,
// and cleared or handed over with the answer: a line that can be edited would
// leave copies of it in memory.
type Question struct {
	Page
	prompt view.Prompt
	typed  []byte
	line   Field // in the place of typed where the answer may be seen
	sent   bool
}

// NewQuestion asks what the run asks.
func NewQuestion(p view.Prompt) *Question {
	return &Question{prompt: p, typed: make([]byte, 0, maxAnswer), line: NewField("", maxAnswer)}
}

// seen reports whether the answer may be seen.
func (q *Question) seen() bool { return q.prompt.Echo || q.prompt.HostKey != nil }

// ID is the question's number.
func (q *Question) ID() int { return q.prompt.ID }

// Renew takes the question as the run puts it now: its host's name may be shown
// in another way.
func (q *Question) Renew(p view.Prompt) { q.prompt = p }

// Forget clears what was typed.
func (q *Question) Forget() {
	clear(q.typed[:cap(q.typed)])
	q.typed = q.typed[:0]
	q.line.Set("")
}

// Title implements Overlay.
func (q *Question) Title(Scene) string {
	if q.prompt.HostKey != nil {
		return "Unknown host key"
	}
	return cmp.Or(q.prompt.About, "Login")
}

// Size implements Sized.
func (q *Question) Size(in Scene) (int, int) {
	return min(76, in.Width-6), len(q.Lines(in, min(76, in.Width-6)))
}

// Lines implements Overlay.
func (q *Question) Lines(in Scene, width int) []string {
	out := []string{"", in.Theme.Paint(theme.Dim, "host   ") + in.Theme.Paint(theme.Bright, q.prompt.Host)}
	ask := q.prompt.Text
	if k := q.prompt.HostKey; k != nil {
		out = append(out, in.Theme.Paint(theme.Dim, "key    ")+in.Theme.Paint(theme.Text, k.Type), in.Theme.Paint(theme.Dim, "       ")+in.Theme.Paint(theme.Bright, k.Fingerprint), "",
			in.Theme.Paint(theme.Text, "Compare it with the host's own, from another way to it:"), in.Theme.Paint(theme.Dim, "ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub on its console."), "")
		ask = "Trust it from now on? Type yes:"
	} else {
		out = append(out, "")
	}
	lines := Folded(ask, width-2)
	for i, l := range lines {
		lines[i] = in.Theme.Paint(theme.Bright, l)
	}
	if n := len(lines); n > 0 {
		lines[n-1] += " " + q.shown(in, width)
	}
	out = append(append(out, lines...), "")
	note := "enter: answer   esc: do not answer"
	if q.prompt.HostKey == nil && !q.prompt.Echo {
		note += "   not shown or kept"
	}
	if q.prompt.Waiting > 0 {
		note += "   more follow"
	}
	return append(out, in.Theme.Paint(theme.Dim, note))
}

// Keys is what can be done about a question.
func (q *Question) Keys(Scene) [][2]string {
	return toEmpty(len(q.typed) > 0 || q.line.Value() != "", [2]string{"enter", "answer"}, [2]string{"esc", "do not answer"}, [2]string{"ctrl+c", "leave"})
}

// shown is what of the answer may be seen, or that something was typed, without
// telling how much.
func (q *Question) shown(in Scene, width int) string {
	cursor := in.Theme.Paint(theme.Match, " ")
	switch {
	case q.sent:
		return in.Theme.Paint(theme.Dim, "sent") + cursor
	case q.seen():
		return q.line.Line(in.Theme, theme.Text, width/2)
	case len(q.typed) > 0:
		return in.Theme.Paint(theme.Token, strings.Repeat(in.Theme.Glyphs.Bullet, 8)) + cursor
	}
	return cursor
}

// Key implements Overlay.
func (q *Question) Key(in Scene, key tea.KeyPressMsg) Action {
	switch key.String() {
	case "ctrl+c", "ctrl+l":
		return pass
	case "esc":
		q.Forget()
		return q.answer(in, nil, false)
	case "enter":
		if q.prompt.HostKey != nil {
			yes := q.line.Value() == "yes"
			q.Forget()
			if !yes {
				return Action{Flash: "only a whole yes trusts the key; esc does not"}
			}
			return q.answer(in, nil, true)
		}
		value := append(make([]byte, 0, len(q.typed)), q.typed...)
		if q.seen() {
			value = []byte(q.line.Value())
		}
		q.Forget()
		return q.answer(in, value, true)
	default:
		if q.seen() {
			q.line.Type(key)
			return Action{}
		}
		q.hidden(key)
	}
	return Action{}
}

// hidden takes a key of an answer that is not to be seen.
func (q *Question) hidden(key tea.KeyPressMsg) {
	switch key.String() {
	case "backspace":
		_, n := utf8.DecodeLastRune(q.typed)
		clear(q.typed[len(q.typed)-n:])
		q.typed = q.typed[:len(q.typed)-n]
	case "ctrl+u":
		q.Forget()
	default:
		q.Paste(key.Text)
	}
}

// Paste takes text as if it was typed; a line end ends it, as Enter would.
func (q *Question) Paste(text string) {
	text, _, _ = strings.Cut(text, "\n")
	text = strings.TrimSuffix(text, "\r")
	switch {
	case q.seen():
		q.line.Paste(text)
	case len(q.typed)+len(text) <= maxAnswer:
		q.typed = append(q.typed, text...)
	}
}

// answer hands the answer to the run.
func (q *Question) answer(in Scene, value []byte, ok bool) Action {
	if q.sent {
		return Action{}
	}
	q.sent = true
	id, login := q.prompt.ID, in.Login
	return Action{Close: true, Answered: id, Cmd: func() tea.Msg {
		if err := login.Answer(id, value, ok); err != nil {
			return Flash(err.Error())
		}
		return nil
	}}
}
