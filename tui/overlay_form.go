package tui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
	"syncscope/tui/theme"
)

// The fields of the connection form.
const (
	FormManagers = iota
	FormSSM
	FormPeer
	FormJump
	FormProfile
	formFields
)

// Fields is a text for each field of the form.
type Fields [formFields]string

// Form is what the connection form asks of the program. Its methods may read
// files: they are called beside the screen.
type Form interface {
	// Names are what each field may be completed to, best first.
	Names() [formFields][]string
	// Take says in one line what is wrong with each field; if nothing is, the
	// run that begins next is on these hosts.
	Take(Fields) (wrong Fields)
}

var formLabels = Fields{"Manager(s)", "SSM", "peer", "jump", "profile"}

var formNotes = Fields{"USER@HOST[:PORT], up to six, with commas", "USER@HOST[:PORT]", "HOST[:PORT] that the Manager calls; empty: from its log", "[USER@]HOST[:PORT],...; empty: as in ssh_config", "a named set of hosts, instead of the above"}

// formPage is the form that a start without a command shows.
type formPage struct {
	page
	text, wrong Fields
	names       [formFields][]string
	at          int
	checking    bool
}

type namesMsg [formFields][]string

type takenMsg Fields

func (*formPage) title(*Model) string { return "Connect" }

func (p *formPage) size(m *Model) (int, int) {
	w := min(84, m.w-6)
	return w, len(p.lines(m, w))
}

func (p *formPage) lines(m *Model, width int) []string {
	out := []string{""}
	for i, label := range formLabels {
		paint, room := theme.Dim, max(width-14, 10)
		if i == p.at {
			paint = theme.Title
		}
		text := p.text[i]
		if n := len([]rune(text)); n > room {
			text = string([]rune(text)[n-room:])
		}
		line := m.th.Paint(paint, label+strings.Repeat(" ", 12-len(label))) + m.th.Paint(theme.Text, text)
		if i == p.at {
			line += m.th.Paint(theme.Dim, p.rest()) + m.th.Paint(theme.Match, " ")
		}
		out = append(out, line)
		note, role := "", theme.Dim
		switch {
		case p.wrong[i] != "":
			note, role = m.th.Glyphs.Status[checks.Fail]+" "+p.wrong[i], theme.Fail
		case i == p.at:
			note = formNotes[i]
		}
		for _, l := range folded(note, room) {
			out = append(out, strings.Repeat(" ", 12)+m.th.Paint(role, l))
		}
	}
	last := "enter: connect   tab: complete, or next field   up, down: field   ctrl+c: leave"
	if p.checking {
		last = "looking at what was typed"
	}
	out = append(out, "")
	for _, l := range folded(last, width) {
		out = append(out, m.th.Paint(theme.Dim, l))
	}
	return out
}

// rest is what tab would add to the field.
func (p *formPage) rest() string {
	part := p.text[p.at]
	if p.at == FormManagers || p.at == FormJump {
		part = strings.TrimLeft(part[strings.LastIndexByte(part, ',')+1:], " ")
	}
	if part == "" && p.text[p.at] != "" {
		return ""
	}
	user, host, hasUser := strings.Cut(part, "@")
	for _, n := range p.names[p.at] {
		if len(n) > len(part) && strings.HasPrefix(n, part) {
			return n[len(part):]
		}
		if hasUser && user != "" && host != "" && len(n) > len(host) && strings.HasPrefix(n, host) {
			return n[len(host):]
		}
	}
	return ""
}

func (p *formPage) key(m *Model, key tea.KeyPressMsg) (tea.Cmd, bool) {
	switch key.String() {
	case "ctrl+c", "ctrl+l", "ctrl+z":
		return nil, false
	case "esc": // there is nothing behind the form
	case "enter":
		return p.take(m), true
	case "tab":
		if rest := p.rest(); rest != "" {
			p.text[p.at] += rest
			p.wrong[p.at] = ""
			break
		}
		p.at = (p.at + 1) % formFields
	case "down":
		p.at = (p.at + 1) % formFields
	case "up", "shift+tab":
		p.at = (p.at + formFields - 1) % formFields
	case "backspace":
		_, n := utf8.DecodeLastRuneInString(p.text[p.at])
		p.text[p.at] = p.text[p.at][:len(p.text[p.at])-n]
	case "ctrl+u":
		p.text[p.at] = ""
	default:
		p.paste(m, key.Text)
	}
	return nil, true
}

// paste takes text as if it was typed.
func (p *formPage) paste(_ *Model, text string) {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, text)
	if !p.checking && len(p.text[p.at])+len(text) <= maxAnswer {
		p.text[p.at] += text
		p.wrong[p.at] = ""
	}
}

func (p *formPage) take(m *Model) tea.Cmd {
	if p.checking {
		return nil
	}
	p.checking = true
	form, text := m.opts.Form, p.text
	return func() tea.Msg { return takenMsg(form.Take(text)) }
}

// formed applies what the form's program answered.
func formed(m *Model, msg tea.Msg) tea.Cmd {
	p, ok := m.covered().(*formPage)
	if !ok {
		return nil
	}
	switch msg := msg.(type) {
	case namesMsg:
		p.names = msg
	case takenMsg:
		p.wrong, p.checking = Fields(msg), false
		for i, w := range p.wrong {
			if w != "" {
				p.at = i
				return nil
			}
		}
		shut(m)
		return m.opts.begin
	}
	return nil
}

func (o Options) formNames() tea.Msg { return namesMsg(o.Form.Names()) }
