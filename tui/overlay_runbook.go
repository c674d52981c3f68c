package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"syncscope/checks"
	"syncscope/tui/theme"
)

// runbookPage is the runbook of a cause.
type runbookPage struct {
	page
	id string
}

func (*runbookPage) title(*Model) string { return "Runbook" }

func (p *runbookPage) lines(m *Model, width int) []string {
	text, ok := checks.Runbook(m.opts.Lang, p.id)
	if !ok {
		return []string{"no runbook"}
	}
	return rendered(m.th, text, min(width-2, 100))
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
}

// rendered draws a runbook to lines of at most width columns.
func rendered(th *theme.Theme, markdown string, width int) []string {
	r := &runbookText{th: th, src: []byte(markdown), width: width}
	r.blocks(goldmark.DefaultParser().Parse(text.NewReader(r.src)), "", "")
	return r.out
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
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		line := strings.TrimRight(string(seg.Value(r.src)), "\n")
		r.add(indent + "  " + r.th.Paint(theme.Out, ansi.Truncate(line, max(r.width-ansi.StringWidth(indent)-2, 1), r.th.Glyphs.Ellipsis)))
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
			r.inline(b, n, theme.Out)
		case *ast.Emphasis:
			r.inline(b, n, theme.Bright)
		case *ast.AutoLink:
			r.words(b, string(n.URL(r.src)), theme.Out)
		default:
			r.inline(b, n, role)
		}
	}
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
