package tui

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

// question is what a host asks a person: a password, a code, whether its key
// is the right one. What is typed is kept in one buffer, never shown unless
// the host allows it, and cleared or handed over with the answer.
type question struct {
	page
	prompt view.Prompt
	typed  []byte
	sent   bool
}

func newQuestion(p view.Prompt) *question {
	return &question{prompt: p, typed: make([]byte, 0, maxAnswer)}
}

func questionOf(m *Model) *question {
	for _, o := range m.overlays {
		if q, ok := o.(*question); ok {
			return q
		}
	}
	return nil
}

// forget clears what was typed.
func (q *question) forget() {
	clear(q.typed[:cap(q.typed)])
	q.typed = q.typed[:0]
}

func (q *question) title(*Model) string {
	if q.prompt.HostKey != nil {
		return "Unknown host key"
	}
	return cmp.Or(q.prompt.About, "Login")
}

func (q *question) size(m *Model) (int, int) { return min(76, m.w-6), len(q.lines(m, min(76, m.w-6))) }

func (q *question) lines(m *Model, width int) []string {
	out := []string{"", m.th.Paint(theme.Dim, "host   ") + m.th.Paint(theme.Bright, q.prompt.Host)}
	ask := q.prompt.Text
	if k := q.prompt.HostKey; k != nil {
		out = append(out, m.th.Paint(theme.Dim, "key    ")+m.th.Paint(theme.Text, k.Type), m.th.Paint(theme.Dim, "       ")+m.th.Paint(theme.Bright, k.Fingerprint), "",
			m.th.Paint(theme.Text, "Compare it with the host's own, from another way to it:"), m.th.Paint(theme.Dim, "ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub on its console."), "")
		ask = "Trust it from now on? Type yes:"
	} else {
		out = append(out, "")
	}
	lines := folded(ask, width-2)
	for i, l := range lines {
		lines[i] = m.th.Paint(theme.Bright, l)
	}
	if n := len(lines); n > 0 {
		lines[n-1] += " " + q.shown(m, width) + m.th.Paint(theme.Match, " ")
	}
	out = append(append(out, lines...), "")
	note := "enter: answer   esc: do not answer"
	if q.prompt.HostKey == nil && !q.prompt.Echo {
		note += "   not shown or kept"
	}
	if q.prompt.Waiting > 0 {
		note += "   more follow"
	}
	return append(out, m.th.Paint(theme.Dim, note))
}

// now is what can be done about a question.
func (*question) now(*Model) [][2]string {
	return [][2]string{{"enter", "answer"}, {"esc", "do not answer"}, {"ctrl+u", "empty"}, {"ctrl+c", "leave"}}
}

// shown is what of the answer may be seen: its end where it is long, or that
// something was typed, without telling how much.
func (q *question) shown(m *Model, width int) string {
	switch {
	case q.sent:
		return m.th.Paint(theme.Dim, "sent")
	case q.prompt.Echo || q.prompt.HostKey != nil:
		text := string(q.typed)
		if room := width / 2; len(text) > room {
			text = strings.ToValidUTF8(text[len(text)-room:], "")
		}
		return m.th.Paint(theme.Text, text)
	case len(q.typed) > 0:
		return m.th.Paint(theme.Token, strings.Repeat(m.th.Glyphs.Bullet, 8))
	}
	return ""
}

func (q *question) key(m *Model, key tea.KeyPressMsg) (tea.Cmd, bool) {
	switch key.String() {
	case "ctrl+c", "ctrl+l":
		return nil, false
	case "esc":
		q.forget()
		return q.answer(m, nil, false), true
	case "enter":
		if q.prompt.HostKey != nil {
			yes := string(q.typed) == "yes"
			q.forget()
			if !yes {
				m.flash = "only a whole yes trusts the key; esc does not"
				return nil, true
			}
			return q.answer(m, nil, true), true
		}
		value := append(make([]byte, 0, len(q.typed)), q.typed...)
		q.forget()
		return q.answer(m, value, true), true
	case "backspace":
		_, n := utf8.DecodeLastRune(q.typed)
		clear(q.typed[len(q.typed)-n:])
		q.typed = q.typed[:len(q.typed)-n]
	case "ctrl+u":
		q.forget()
	default:
		q.paste(m, key.Text)
	}
	return nil, true
}

// paste takes text as if it was typed; a line end ends it, as Enter would.
func (q *question) paste(_ *Model, text string) {
	text, _, _ = strings.Cut(text, "\n")
	text = strings.TrimSuffix(text, "\r")
	if len(q.typed)+len(text) <= maxAnswer {
		q.typed = append(q.typed, text...)
	}
}

// answer hands the answer to the run.
func (q *question) answer(m *Model, value []byte, ok bool) tea.Cmd {
	if q.sent {
		return nil
	}
	q.sent = true
	m.login.answered = q.prompt.ID
	id, login := q.prompt.ID, m.opts.Login
	drop(m, q)
	return func() tea.Msg {
		if err := login.Answer(id, value, ok); err != nil {
			return flashMsg(err.Error())
		}
		return nil
	}
}
