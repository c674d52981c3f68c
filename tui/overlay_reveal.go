package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/redact"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// secretive is an overlay that draws what its lines do not have, since lines
// are copied and a frame is kept. A frame with it is drawn anew each time.
type secretive interface {
	inSight(m *Model, width int) []string
}

// revealPage shows one masked value in clear: chosen from those of a row, asked
// about, then for ten seconds or until any key. The value is in the gate; here
// it is only drawn.
type revealPage struct {
	page
	tokens []string
	chosen string        // "" while there is a choice
	clear  *redact.Clear // nil: not shown
}

// reveal asks which masked value of the row is to be shown.
func reveal(m *Model, _ string) tea.Cmd {
	g := gate(m)
	switch {
	case g == nil:
		m.flash = "no value can be shown here: this run keeps none"
		return nil
	case g.Shared():
		m.flash = "revealing is off: others see this screen (--shared)"
		return nil
	}
	tokens := tokensAt(m)
	if len(tokens) == 0 {
		m.flash = "no masked value in this row"
		return nil
	}
	p := &revealPage{tokens: tokens}
	if len(tokens) == 1 {
		p.chosen = tokens[0]
	}
	m.overlays = append(m.overlays, p)
	return nil
}

// maxChoice is how many values a digit chooses from.
const maxChoice = 9

// tokensAt are the masked values of the detail in sight, or of the row one
// stands on.
func tokensAt(m *Model) []string {
	var d pane.Detail
	if p, ok := m.covered().(*detailPage); ok {
		d = p.detail
	} else if l := rows(m); m.covered() == nil && l != nil && l.Current() != nil {
		d = l.Current().Detail()
	}
	text := d.Text
	for _, f := range d.Fields {
		text += "\n" + f.Value
	}
	all := pane.Tokens(text)
	return all[:min(len(all), maxChoice)]
}

func (*revealPage) title(*Model) string { return "Reveal" }

func (p *revealPage) size(m *Model) (int, int) {
	w := min(72, m.w-6)
	return w, min(len(p.inSight(m, w)), m.h-8)
}

// lines has the value's token, whatever is in sight.
func (p *revealPage) lines(m *Model, width int) []string {
	switch {
	case p.clear != nil:
		return p.around(m, []string{" " + m.th.Paint(theme.Token, m.names.shown(p.chosen))})
	case p.chosen == "":
		return tight(m, p.choice(m))
	}
	return tight(m, p.question(m, width))
}

// tight leaves blank lines out where there is little room: nothing here can be
// scrolled, since every key means something.
func tight(m *Model, lines []string) []string {
	if m.h >= 20 {
		return lines
	}
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}

func (p *revealPage) choice(m *Model) []string {
	out := []string{"", m.th.Paint(theme.Text, "Which value of this row?"), ""}
	for i, t := range p.tokens {
		out = append(out, " "+m.th.Paint(theme.Number, fmt.Sprint(i+1))+" "+m.th.Paint(theme.Token, m.names.shown(t))+m.th.Paint(theme.Dim, "  "+what(t)))
	}
	return append(out, "", m.th.Paint(theme.Dim, "a digit: that one   any other key: none"))
}

func (p *revealPage) question(m *Model, width int) []string {
	out := []string{"", m.th.Paint(theme.Text, "The "+what(p.chosen)+" behind") + " " + m.th.Paint(theme.Token, m.names.shown(p.chosen)), m.th.Paint(theme.Text, "is to be shown in clear."), ""}
	for _, l := range folded("Everyone who sees this screen reads it, and so does a recording of it. It is there for 10 s, and cannot be copied with y; nothing keeps it.", width-2) {
		out = append(out, m.th.Paint(theme.Text, l))
	}
	return append(out, "", m.th.Paint(theme.BadgeWarn, " # ")+m.th.Paint(theme.Text, " show it")+"     "+m.th.Paint(theme.BadgePass, " esc ")+m.th.Paint(theme.Text, " leave it masked"))
}

// around is what stands around a value that is shown.
func (p *revealPage) around(m *Model, value []string) []string {
	left := max(0, int((p.clear.Until().Sub(m.now())+time.Second-1)/time.Second))
	out := append([]string{"", m.th.Paint(theme.Dim, what(p.chosen)+", "+m.names.shown(p.chosen)), ""}, value...)
	return tight(m, append(out, "", m.th.Paint(theme.BadgeWarn, fmt.Sprintf(" %d s ", left))+m.th.Paint(theme.Text, " then it is masked again; any key masks it now")))
}

// inSight draws the value itself. Its place shows where it begins and ends, so
// that a blank there is seen.
func (p *revealPage) inSight(m *Model, width int) []string {
	if p.clear == nil {
		return p.lines(m, width)
	}
	value := p.clear.Draw(m.now())
	note := fmt.Sprintf("%d characters", utf8.RuneCountInString(value))
	var out []string
	for _, l := range pane.Columns(value, width-4) {
		out = append(out, " "+m.th.Paint(theme.Match, l))
	}
	if room := max(1, m.h-8-len(p.around(m, []string{note}))); len(out) > room {
		out, note = out[:room], note+", the rest has no room here"
	}
	return p.around(m, append(out, " "+m.th.Paint(theme.Dim, note)))
}

// now is what can be done about a value.
func (p *revealPage) now(*Model) [][2]string {
	switch {
	case p.clear != nil:
		return [][2]string{{"any key", "mask it"}}
	case p.chosen == "":
		return [][2]string{{"1-9", "choose"}, {"q, esc", "close"}}
	}
	return [][2]string{{"#", "show it"}, {"q, esc", "close"}}
}

// key: a digit chooses, # shows; all else ends it.
func (p *revealPage) key(m *Model, key tea.KeyPressMsg) (tea.Cmd, bool) {
	k := key.String()
	switch n := int(key.Code - '1'); {
	case p.clear != nil && k == "y":
		drop(m, p)
		m.flash = notCopied
	case p.clear == nil && p.chosen == "" && n >= 0 && n < len(p.tokens):
		p.chosen = p.tokens[n]
	case p.clear == nil && p.chosen != "" && k == "#":
		return p.ask(gate(m), m.now), true
	default:
		drop(m, p)
	}
	return nil, true
}

const notCopied = "not copied: a revealed value can only be looked at"

// ask has the gate give the value.
func (p *revealPage) ask(g *redact.Session, now func() time.Time) tea.Cmd {
	token := g.Foreign(p.chosen)
	return func() tea.Msg {
		c, err := g.Reveal(token, now())
		return revealed{p, c, err}
	}
}

// revealed is the gate's answer.
type revealed struct {
	page  *revealPage
	clear redact.Clear
	err   error
}

func (r revealed) take(m *Model) tea.Cmd {
	switch {
	case r.err != nil:
		drop(m, r.page)
		m.flash = r.err.Error()
		return nil
	case m.covered() != overlay(r.page): // it was left meanwhile
		drop(m, r.page)
		return nil
	}
	r.page.clear = &r.clear
	return r.page.wait(m)
}

// wait comes back when the next second is over.
func (p *revealPage) wait(m *Model) tea.Cmd {
	left := p.clear.Until().Sub(m.now())
	return tea.Tick((left-1)%time.Second+1, func(time.Time) tea.Msg { return elapsed{p} })
}

// elapsed: a second of a value in sight is over.
type elapsed struct{ page *revealPage }

func (e elapsed) take(m *Model) tea.Cmd {
	up := !m.now().Before(e.page.clear.Until())
	if up || m.covered() != overlay(e.page) {
		if up && m.covered() == overlay(e.page) {
			m.flash = "masked again"
		}
		drop(m, e.page)
		return nil
	}
	return e.page.wait(m)
}

// what says of a token what is behind it.
func what(token string) string {
	kind, _, _ := strings.Cut(token, "#")
	if name, ok := kinds[kind]; ok {
		return name
	}
	return kind
}

var kinds = map[string]string{"client": "client ID", "secret": "client secret", "token": "access token", "key": "private key", "tls": "TLS secret", "auth": "authorization"}
