package overlay

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// formLabel is the width of a field's label.
const formLabel = 12

// Size implements Sized.
func (p *Form) Size(in Scene) (int, int) {
	w := min(84, in.Width-6)
	return w, len(p.Lines(in, w))
}

// Lines are the earlier runs and the fields; where there is no room for all of
// them, those around the one that one stands on are in sight.
func (p *Form) Lines(in Scene, width int) []string {
	out, at := p.recent(in, width)
	for i := range formFields {
		if i == p.at {
			at = len(out)
		}
		out = append(out, p.field(in, i, width)...)
	}
	if room := in.Room; room > 0 && len(out) > room {
		p.top = max(0, min(at-room/2, len(out)-room))
	}
	return out
}

// recent are the earlier runs, and the line that one stands on.
func (p *Form) recent(in Scene, width int) (out []string, at int) {
	n := len(p.offer.Recent)
	if n == 0 {
		return nil, 0
	}
	show := min(n, 3)
	if in.Height >= 40 {
		show = min(n, 6)
	}
	first := 0
	if p.at < 0 {
		first = max(0, min(n+p.at-show/2, n-show))
	}
	for i := first; i < first+show; i++ {
		label := ""
		if i == first {
			label = "recent"
			if n > show {
				label = fmt.Sprintf("recent %d", n)
			}
		}
		label = in.Theme.Paint(theme.Dim, fmt.Sprintf("%-*s", formLabel, label))
		text := in.Theme.Glyphs.Cut(in.Shown(inOneLine(p.offer.Recent[i])), width-formLabel-2)
		if i == n+p.at {
			at = len(out)
			out = append(out, label+in.Theme.Paint(theme.Number, " "+text+" "))
			continue
		}
		out = append(out, label+" "+in.Theme.Paint(theme.Text, text))
	}
	return append(out, ""), at
}

// inOneLine is an earlier run in one line.
func inOneLine(f view.Fields) string {
	out := f[view.FormManagers]
	for _, part := range []struct{ word, text string }{{"", f[view.FormSSM]}, {"peer ", f[view.FormPeer]}, {"through ", f[view.FormJump]}, {"profile ", f[view.FormProfile]}} {
		if part.text == "" {
			continue
		}
		if out != "" {
			out += "  "
		}
		out += part.word + part.text
	}
	return out
}

// field is a field, and under it what is wrong with it, or how to fill it in.
func (p *Form) field(in Scene, i, width int) []string {
	f, here := formFields[i], i == p.at
	paint, room := theme.Dim, max(width-formLabel-2, 10)
	if here {
		paint = theme.Title
	}
	line := in.Theme.Paint(paint, fmt.Sprintf("%-*s", formLabel, f.label))
	switch value, whole := p.value(in, i, room); {
	case here && whole:
		line += p.line.Line(in.Theme, theme.Text, room)
	case here:
		line += in.Theme.Paint(theme.Text, value) + in.Theme.Paint(theme.Match, " ")
	default:
		line += in.Theme.Paint(theme.Text, value)
	}
	out := []string{ansi.Truncate(line, width, "")}
	switch {
	case p.wrong[i] != "":
		return append(out, p.indented(in, theme.Fail, in.Theme.Glyphs.Status[checks.Fail]+" "+p.wrong[i], room)...)
	case here:
		out = append(out, p.indented(in, theme.Dim, f.note, room)...)
	}
	if names := p.offer.Names[i]; here && len(names) > 0 && p.text[i] == "" && in.Height >= 30 {
		known := in.Theme.Glyphs.Cut("known: "+strings.Join(names, ", "), room)
		out = append(out, p.indented(in, theme.Dim, known, room+2)...)
	}
	return out
}

// value is a field's text, its end where it is long; whole tells that it is a text
// of which all may be seen.
func (p *Form) value(in Scene, i, room int) (value string, whole bool) {
	text := p.text[i]
	switch {
	case formFields[i].flag && text == view.Yes:
		return "[" + in.Theme.Glyphs.Status[checks.Pass] + "]", false
	case formFields[i].flag:
		return "[ ]", false
	}
	n := in.FormShown(i, text)
	if whole = n >= len(text); !whole {
		text = text[:n] + strings.Repeat(in.Theme.Glyphs.Bullet, 8)
	}
	if r := []rune(text); len(r) > room {
		text = string(r[len(r)-room:])
	}
	return text, whole
}
