// Package theme holds colours and glyphs by meaning.
//
// What comes in: nothing, or the choice of ASCII. What goes out: a Theme: for
// each Role its escape sequence, and the Glyphs. No other package names a
// colour. Where a terminal has fewer colours, the renderer finds the nearest;
// no meaning rests on colour alone.
package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Role is what a piece of text is.
type Role uint8

// The roles.
const (
	Text   Role = iota
	Bright      // what to read first
	Dim         // routine
	Pass
	Warn
	Fail
	Out   // to the server
	In    // to the client
	Token // a masked value
	Title
	Border
	Focus // the border of the focused pane
	BadgeFail
	BadgePass
	BadgeWarn
	Number // an evidence number
	Match  // of a search
	roles
)

// Theme is a set of escape sequences by role.
type Theme struct {
	sgr    [roles]string
	over   [roles]string // on a row's background
	bar    string        // the background of an error's row
	cursor string        // the background of the row one stands on
	ink    string        // text on those backgrounds that has no colour of its own
	ascii  bool          // signs of ours are replaced where they stand in a text
	Glyphs Glyphs
}

// Signs are those of a stage's outcome, by checks.Status.
type Signs [6]string

// Of is an outcome's sign; one that has none is unknown.
func (s Signs) Of(status uint8) string {
	if int(status) >= len(s) {
		status = 0
	}
	return s[status]
}

// Glyphs are the signs, each of one column.
type Glyphs struct {
	Status                                               Signs
	ToServer, ToClient                                   string
	Dash, Vertical                                       string
	TopLeft, TopRight, BottomLeft, BottomRight           string
	Ellipsis, Dot, Next, Record, Separator, Bullet, Mark string
}

// Cut is a text of at most width columns that ends with an ellipsis where something is
// left out: with one, also where the text has one of its own there.
func (g *Glyphs) Cut(text string, width int) string {
	if ansi.StringWidth(text) <= width {
		return text
	}
	out := ansi.Truncate(text, width, g.Ellipsis)
	return strings.Replace(out, g.Ellipsis+g.Ellipsis, g.Ellipsis, 1)
}

// Plain is the same without the box signs: for terminals and fonts that have
// ASCII only.
func (t *Theme) Plain() *Theme {
	out := *t
	out.Glyphs, out.ascii = asciiGlyphs, true
	return &out
}

// text is s as this theme's terminal can show it.
func (t *Theme) text(s string) string {
	if !t.ascii {
		return s
	}
	return toASCII.Replace(s)
}

var unicodeGlyphs = Glyphs{
	Status: [6]string{"?", "✓", "!", "✗", "·", "–"}, ToServer: "→", ToClient: "←", Dash: "─", Vertical: "│",
	TopLeft: "┌", TopRight: "┐", BottomLeft: "└", BottomRight: "┘", Ellipsis: "…", Dot: "·", Next: "›", Record: "●", Separator: "─", Bullet: "•", Mark: "▸",
}

var asciiGlyphs = Glyphs{
	Status: [6]string{"?", "+", "!", "x", ".", "-"}, ToServer: ">", ToClient: "<", Dash: "-", Vertical: "|",
	TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+", Ellipsis: "~", Dot: ".", Next: ">", Record: "*", Separator: "-", Bullet: "*", Mark: ">",
}

// Paint is s in its role.
func (t *Theme) Paint(r Role, s string) string {
	return sgr(t.sgr[r], t.text(s))
}

func sgr(params, s string) string {
	if params == "" {
		return s
	}
	return "\x1b[" + params + "m" + s + "\x1b[m"
}

// On is s in its role on a row's background.
func (t *Theme) On(row Row, r Role, s string) string {
	if r >= BadgeFail { // badges and numbers have a background of their own
		row = PlainRow
	}
	switch row {
	case ErrorRow:
		return t.onPaper(t.bar, r, s)
	case CursorRow:
		return t.onPaper(t.cursor, r, s)
	}
	return t.Paint(r, s)
}

// onPaper is s in its role on a background. What has no colour of its own gets
// the theme's ink: the terminal's foreground is only read on its own background.
func (t *Theme) onPaper(paper string, r Role, s string) string {
	params := t.over[r]
	if !strings.Contains(params, foreground) {
		params = strings.Trim(params+";"+t.ink, ";")
	}
	return sgr(strings.Trim(params+";"+paper, ";"), t.text(s))
}

// foreground begins a true colour of a text, background one behind it.
const (
	foreground = "38;2;"
	background = "48;2;"
)

// Row is a row's background.
type Row uint8

// The backgrounds.
const (
	PlainRow Row = iota
	ErrorRow
	CursorRow
)
