package overlay

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

// Reveal shows one masked value in clear: chosen from those of a row, asked
// about, then for ten seconds or until any key. The value is in the gate; here
// it is only drawn.
type Reveal struct {
	Page
	tokens []string
	chosen string        // "" while there is a choice
	clear  *redact.Clear // nil: not shown
}

// NewReveal asks which masked value of a row is to be shown; otherwise it is told
// why none can.
func NewReveal(in Scene, of pane.Detail) (*Reveal, string) {
	switch {
	case in.Gate == nil:
		return nil, "no value can be shown here: this run keeps none"
	case in.Gate.Shared():
		return nil, "revealing is off: others see this screen (--shared)"
	}
	p := &Reveal{tokens: tokensOf(of)}
	switch len(p.tokens) {
	case 0:
		return nil, "no masked value in this row"
	case 1:
		p.chosen = p.tokens[0]
	}
	return p, ""
}

// maxChoice is how many values a digit chooses from.
const maxChoice = 9

// tokensOf are the masked values of a row.
func tokensOf(d pane.Detail) []string {
	text := d.Text
	for _, f := range d.Fields {
		text += "\n" + f.Value
	}
	all := pane.Tokens(text)
	return all[:min(len(all), maxChoice)]
}

// Title implements Overlay.
func (*Reveal) Title(Scene) string { return "Reveal" }

// Size implements Sized.
func (p *Reveal) Size(in Scene) (int, int) {
	w := min(72, in.Width-6)
	return w, len(p.InSight(in, w))
}

// Lines has the value's token, whatever is in sight.
func (p *Reveal) Lines(in Scene, width int) []string {
	switch {
	case p.clear != nil:
		return p.around(in, []string{" " + in.Theme.Paint(theme.Token, in.Shown(p.chosen))})
	case p.chosen == "":
		return tight(in, p.choice(in))
	}
	return tight(in, p.question(in, width))
}

// tight leaves blank lines out where there is little room: nothing here can be
// scrolled, since every key means something.
func tight(in Scene, lines []string) []string {
	if in.Height >= 20 {
		return lines
	}
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}

func (p *Reveal) choice(in Scene) []string {
	out := []string{"", in.Theme.Paint(theme.Text, "Which value of this row?"), ""}
	for i, t := range p.tokens {
		out = append(out, " "+in.Theme.Paint(theme.Number, fmt.Sprint(i+1))+" "+in.Theme.Paint(theme.Token, in.Shown(t))+in.Theme.Paint(theme.Dim, "  "+what(t)))
	}
	return append(out, "", in.Theme.Paint(theme.Dim, "a digit: that one   any other key: none"))
}

func (p *Reveal) question(in Scene, width int) []string {
	out := []string{"", in.Theme.Paint(theme.Text, "The "+what(p.chosen)+" behind") + " " + in.Theme.Paint(theme.Token, in.Shown(p.chosen)), in.Theme.Paint(theme.Text, "is to be shown in clear."), ""}
	for _, l := range Folded("Everyone who sees this screen reads it, and so does a recording of it. It is there for 10 s, and cannot be copied with y; nothing keeps it.", width-2) {
		out = append(out, in.Theme.Paint(theme.Text, l))
	}
	return append(out, "", in.Theme.Paint(theme.BadgeWarn, " # ")+in.Theme.Paint(theme.Text, " show it")+"     "+in.Theme.Paint(theme.BadgePass, " esc ")+in.Theme.Paint(theme.Text, " leave it masked"))
}

// around is what stands around a value that is shown.
func (p *Reveal) around(in Scene, value []string) []string {
	left := max(0, int((p.clear.Until().Sub(in.Now())+time.Second-1)/time.Second))
	out := append([]string{"", in.Theme.Paint(theme.Dim, what(p.chosen)+", "+in.Shown(p.chosen)), ""}, value...)
	return tight(in, append(out, "", in.Theme.Paint(theme.BadgeWarn, fmt.Sprintf(" %d s ", left))+in.Theme.Paint(theme.Text, " then it is masked again; any key masks it now")))
}

// InSight draws the value itself. Its place shows where it begins and ends, so
// that a blank there is seen.
func (p *Reveal) InSight(in Scene, width int) []string {
	if p.clear == nil {
		return p.Lines(in, width)
	}
	value := p.clear.Draw(in.Now())
	note := fmt.Sprintf("%d characters", utf8.RuneCountInString(value))
	var out []string
	for _, l := range pane.Columns(value, width-4) {
		out = append(out, " "+in.Theme.Paint(theme.Match, l))
	}
	if room := max(1, in.Room-len(p.around(in, []string{note}))); len(out) > room {
		out, note = out[:room], note+", the rest has no room here"
	}
	return p.around(in, append(out, " "+in.Theme.Paint(theme.Dim, note)))
}

// Keys is what can be done about a value.
func (p *Reveal) Keys(Scene) [][2]string {
	switch {
	case p.clear != nil:
		return [][2]string{{"any key", "mask it"}}
	case p.chosen == "":
		return [][2]string{{"1-9", "choose"}, {"q, esc", "close"}}
	}
	return [][2]string{{"#", "show it"}, {"q, esc", "close"}}
}

// Key implements Overlay: a digit chooses, # shows; all else ends it.
func (p *Reveal) Key(in Scene, key tea.KeyPressMsg) Action {
	k := key.String()
	switch n := int(key.Code - '1'); {
	case p.clear != nil && k == "y":
		return Action{Close: true, Flash: NotCopied}
	case p.clear == nil && p.chosen == "" && n >= 0 && n < len(p.tokens):
		p.chosen = p.tokens[n]
		return Action{}
	case p.clear == nil && p.chosen != "" && k == "#":
		return Action{Cmd: p.ask(in.Gate, in.Now)}
	}
	return Action{Close: true}
}

// NotCopied is told where a copy is asked for.
const NotCopied = "not copied: a revealed value can only be looked at"

// ask has the gate give the value.
func (p *Reveal) ask(g *redact.Session, now func() time.Time) tea.Cmd {
	token := g.Foreign(p.chosen)
	return func() tea.Msg {
		c, err := g.Reveal(token, now())
		return Answer{p, revealed{c, err}}
	}
}

// revealed is the gate's answer.
type revealed struct {
	clear redact.Clear
	err   error
}

// elapsed: a second of a value in sight is over.
type elapsed struct{}

// Second is what comes when one is over.
func (p *Reveal) Second() Answer { return Answer{p, elapsed{}} }

// Receive implements Receiver. A value that is left or covered is masked again.
func (p *Reveal) Receive(in Scene, answer any) Action {
	switch answer := answer.(type) {
	case revealed:
		switch {
		case answer.err != nil:
			return Action{Close: true, Flash: answer.err.Error()}
		case in.Place != OnTop:
			return Action{Close: true}
		}
		p.clear = &answer.clear
	case elapsed:
		up := !in.Now().Before(p.clear.Until())
		switch {
		case up && in.Place == OnTop:
			return Action{Close: true, Flash: "masked again"}
		case up || in.Place != OnTop:
			return Action{Close: true}
		}
	}
	return Action{Cmd: p.wait(in.Now())}
}

// wait comes back when the next second is over.
func (p *Reveal) wait(now time.Time) tea.Cmd {
	left := p.clear.Until().Sub(now)
	return tea.Tick((left-1)%time.Second+1, func(time.Time) tea.Msg { return p.Second() })
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
