// Package theme holds colours and glyphs by meaning.
//
// What comes in: nothing, or the choice of ASCII. What goes out: a Theme: for
// each Role its escape sequence, and the Glyphs. No other package names a
// colour. Where a terminal has fewer colours, the renderer finds the nearest;
// no meaning rests on colour alone.
package theme

import "strings"

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
	bar    string // the background of an error's row
	cursor string // the background of the row one stands on
	ascii  bool   // signs of ours are replaced where they stand in a text
	Glyphs Glyphs
}

// Glyphs are the signs, each of one column.
type Glyphs struct {
	Status                                               [6]string // by checks.Status
	ToServer, ToClient                                   string
	Dash, Vertical                                       string
	TopLeft, TopRight, BottomLeft, BottomRight           string
	Ellipsis, Dot, Next, Record, Separator, Bullet, Mark string
}

// Dark is the theme for dark terminals; its colours are readable on light ones.
func Dark() *Theme {
	t := &Theme{bar: "48;2;62;24;30", cursor: "48;2;38;46;60", Glyphs: unicodeGlyphs}
	t.sgr = [roles]string{
		Text: "38;2;201;209;217", Bright: "1;38;2;255;255;255", Dim: "38;2;128;137;149",
		Pass: "38;2;86;211;100", Warn: "38;2;242;204;96", Fail: "1;38;2;255;123;114",
		Out: "38;2;88;166;255", In: "38;2;188;140;255", Token: "38;2;86;212;221",
		Title: "1;38;2;230;237;243", Border: "38;2;76;84;96", Focus: "1;38;2;88;166;255",
		BadgeFail: "1;38;2;255;255;255;48;2;200;50;50", BadgePass: "1;38;2;10;20;10;48;2;86;211;100", BadgeWarn: "1;38;2;20;20;10;48;2;242;204;96",
		Number: "1;38;2;13;17;23;48;2;121;192;255", Match: "7",
	}
	return t
}

// Plain is the same without the box signs: for terminals and fonts that have
// ASCII only.
func (t *Theme) Plain() *Theme {
	out := *t
	out.Glyphs, out.ascii = asciiGlyphs, true
	return &out
}

// toASCII replaces our own signs, each of one column by one.
var toASCII = strings.NewReplacer("→", ">", "←", "<", "…", "~", "─", "-", "│", "|", "·", ".", "›", ">", "–", "-", "✓", "+", "✗", "x", "●", "*", "•", "*", "▸", ">")

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
	return "\x1b[" + t.sgr[r] + "m" + t.text(s) + "\x1b[m"
}

// On is s in its role on a row's background.
func (t *Theme) On(row Row, r Role, s string) string {
	if r >= BadgeFail { // badges and numbers have a background of their own
		row = PlainRow
	}
	switch row {
	case ErrorRow:
		return "\x1b[" + t.sgr[r] + ";" + t.bar + "m" + t.text(s) + "\x1b[m"
	case CursorRow:
		return "\x1b[" + t.sgr[r] + ";" + t.cursor + "m" + t.text(s) + "\x1b[m"
	}
	return t.Paint(r, s)
}

// Row is a row's background.
type Row uint8

// The backgrounds.
const (
	PlainRow Row = iota
	ErrorRow
	CursorRow
)
