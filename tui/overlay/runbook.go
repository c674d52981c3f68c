package overlay

import (
	"fmt"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"syncscope/checks"
	"syncscope/tui/theme"
)

// Runbook is the runbook of a cause, filled with what the run knows. One of
// its commands may be chosen, to be copied.
type Runbook struct {
	Page
	ID       string
	at       int // the chosen command, from 1; 0: none
	commands []string
}

// Title implements Overlay.
func (*Runbook) Title(Scene) string { return "Runbook" }

// Lines implements Overlay.
func (p *Runbook) Lines(in Scene, width int) []string {
	r := p.drawn(in, width)
	p.commands = r.commands
	return r.out
}

func (p *Runbook) drawn(in Scene, width int) *runbookText {
	text, ok := checks.Runbook(in.Lang, p.ID)
	if !ok {
		return &runbookText{out: []string{"no runbook"}}
	}
	h := in.Update.Header
	at := checks.Place{Peer: h.Peer, Interface: h.Interface, VPN: h.VPN}
	if a := in.Update.Attempt(); a != nil {
		at.User = in.Shown(a.User)
	}
	return rendered(in.Theme, checks.Fill(text, at), min(width-2, 100), p.at)
}

// Keys is what can be done in a runbook.
func (p *Runbook) Keys(Scene) [][2]string {
	what := "copy all"
	if p.Picked() != "" {
		what = "copy this command"
	}
	return [][2]string{{"tab", "next command"}, {"y", what}, {"Y", "message"}, {"up, down", "scroll"}, {"?", "help"}, {"q, esc", "close"}}
}

// Key implements Overlay.
func (p *Runbook) Key(in Scene, key tea.KeyPressMsg) Action {
	dir, ok := map[string]int{"tab": 1, "shift+tab": -1}[key.String()]
	if !ok {
		return pass
	}
	n := len(p.commands) + 1
	p.at = (p.at + dir + n) % n
	if p.at > 0 {
		p.top = max(0, p.drawn(in, in.Width-4).line-3)
	}
	return Action{}
}

// Picked is the chosen command.
func (p *Runbook) Picked() string {
	if p.at < 1 || p.at > len(p.commands) {
		return ""
	}
	return p.commands[p.at-1]
}

// A runbook is CommonMark. It is drawn in the roles of the theme, so that it
// looks like the rest of the screen in every palette, in ASCII and without
// colours. goldmark reads it. A renderer that knows the syntax of 250 languages
// would cost each start of the program 20 ms, whether a runbook is shown or not.
//
// runbookText is a runbook while it is drawn.
type runbookText struct {
	th    *theme.Theme
	src   []byte
	width int
	out   []string

	commands []string // that can be pasted
	chosen   int      // of these, from 1; 0: none
	line     int      // where the chosen one begins
}

// rendered draws a runbook to lines of at most width columns, one of its
// commands chosen.
func rendered(th *theme.Theme, markdown string, width, chosen int) *runbookText {
	r := &runbookText{th: th, src: []byte(markdown), width: width, chosen: chosen}
	r.blocks(goldmark.DefaultParser().Parse(text.NewReader(r.src)), "", "")
	return r
}

// command notes one, and gives the role that it is drawn in.
func (r *runbookText) command(text string) theme.Role {
	r.commands = append(r.commands, strings.TrimSpace(text))
	if len(r.commands) == r.chosen {
		r.line = len(r.out)
		return theme.Match
	}
	return theme.Out
}

// blocks draws the children of a block. first stands before the first line,
// then before the others.
func (r *runbookText) blocks(parent ast.Node, first, then string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			role := theme.Title
			if n.Level == 1 {
				role = theme.Bright
			}
			r.blank()
			r.paragraph(n, first, then, role)
			r.blank()
		case *ast.List:
			r.list(n, then)
			r.blank()
		case *ast.Blockquote:
			bar := then + r.th.Paint(theme.Border, r.th.Glyphs.Vertical) + " "
			r.blocks(n, bar, bar)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			r.code(n, then)
		case *ast.ThematicBreak:
			r.add(then + r.th.Paint(theme.Border, strings.Repeat(r.th.Glyphs.Dash, max(r.width-ansi.StringWidth(then), 1))))
		default:
			r.paragraph(n, first, then, theme.Text)
			if n.Kind() == ast.KindParagraph {
				r.blank()
			}
		}
		first = then
	}
}

func (r *runbookText) list(l *ast.List, indent string) {
	number := l.Start
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		mark := r.th.Glyphs.Bullet + " "
		if l.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		hang := indent + strings.Repeat(" ", ansi.StringWidth(mark))
		r.blocks(item, indent+r.th.Paint(theme.Number, strings.TrimRight(mark, " "))+" ", hang)
	}
}

func (r *runbookText) code(n ast.Node, indent string) {
	var whole strings.Builder
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		whole.Write(seg.Value(r.src))
	}
	role := r.command(whole.String())
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		line := strings.TrimRight(string(seg.Value(r.src)), "\n")
		r.add(indent + "  " + r.th.Paint(role, r.th.Glyphs.Cut(line, max(r.width-ansi.StringWidth(indent)-2, 1))))
	}
	r.blank()
}

// paragraph wraps a block of text.
func (r *runbookText) paragraph(n ast.Node, first, then string, role theme.Role) {
	var b strings.Builder
	r.inline(&b, n, role)
	lead := first
	for _, line := range strings.Split(ansi.Wordwrap(b.String(), max(r.width-ansi.StringWidth(then), 10), " "), "\n") {
		r.add(lead + line)
		lead = then
	}
}

// inline draws what stands within a block. Each word is painted by itself, so
// that a line break leaves no colour open.
func (r *runbookText) inline(b *strings.Builder, parent ast.Node, role theme.Role) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			r.words(b, string(n.Segment.Value(r.src)), role)
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			r.words(b, string(n.Value), role)
		case *ast.CodeSpan:
			r.inline(b, n, r.span(n))
		case *ast.Emphasis:
			r.inline(b, n, theme.Bright)
		case *ast.AutoLink:
			r.words(b, string(n.URL(r.src)), theme.Out)
		default:
			r.inline(b, n, role)
		}
	}
}

// pasted are commands: a program, in small letters, and what it is given. What a
// program answers is quoted with an ellipsis or with a capital.
var pasted = regexp.MustCompile(`^[a-z][a-z0-9_./-]* [^…]*$`)

// span is the role of what stands in backquotes.
func (r *runbookText) span(n *ast.CodeSpan) theme.Role {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(r.src))
		}
	}
	if !pasted.MatchString(b.String()) {
		return theme.Out
	}
	return r.command(b.String())
}

func (r *runbookText) words(b *strings.Builder, s string, role theme.Role) {
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			b.WriteByte(' ')
		}
		if word != "" {
			b.WriteString(r.th.Paint(role, word))
		}
	}
}

func (r *runbookText) add(line string) { r.out = append(r.out, line) }

// blank adds an empty line, but never two.
func (r *runbookText) blank() {
	if n := len(r.out); n > 0 && r.out[n-1] != "" {
		r.add("")
	}
}
