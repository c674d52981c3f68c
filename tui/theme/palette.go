package theme

import (
	"fmt"
	"strings"
)

// Names are the themes that Named knows.
func Names() []string { return []string{"dark", "light", "contrast", "colourblind"} }

// Colours is how many colours a terminal has.
type Colours uint8

// The numbers of colours. 256 colours are found by the renderer as the nearest
// of the true ones; 16 are chosen by hand, since the nearest of 16 is far.
const (
	TrueColour Colours = iota
	Sixteen
	None
)

// Named is a theme by its name; "" is dark. Without colours all are one: bold,
// dim, underlined and reversed text.
func Named(name string, c Colours) (*Theme, error) {
	p, ok := palettes[name]
	if name == "" {
		p, ok = palettes["dark"], true
	}
	if !ok {
		return nil, fmt.Errorf("%s: no such theme (%s)", name, strings.Join(Names(), ", "))
	}
	switch c {
	case None:
		p = mono
	case Sixteen:
		p = p.sixteen()
	}
	return p.theme(), nil
}

// palette is a theme's colours: SGR parameters without attributes, foreground
// colours unless they say otherwise. It has none for plain and bright text: the
// terminal's own foreground is the only colour that is read on its background,
// whichever that is.
type palette struct {
	dim, border, focus string
	pass, warn, fail   string
	out, in, token     string
	// Backgrounds, with the foreground that is read on each.
	badgeFail, badgePass, badgeWarn, number string
	match                                   string
	bar, cursor                             string // backgrounds of rows
	ink                                     string // text on those
	light                                   bool
}

func (p palette) theme() *Theme {
	bold := func(s string) string { return strings.Trim("1;"+s, ";") }
	t := &Theme{bar: p.bar, cursor: p.cursor, ink: p.ink, Glyphs: unicodeGlyphs}
	t.sgr = [roles]string{
		Bright: bold(""), Dim: p.dim, Pass: p.pass, Warn: p.warn, Fail: bold(p.fail),
		Out: p.out, In: p.in, Token: p.token, Title: bold(""), Border: p.border, Focus: bold(p.focus),
		BadgeFail: bold(p.badgeFail), BadgePass: bold(p.badgePass), BadgeWarn: bold(p.badgeWarn), Number: bold(p.number), Match: p.match,
	}
	return t
}

func fg(rgb string) string { return foreground + rgb }
func bg(rgb string) string { return background + rgb }
func on(ink, paper string) string {
	return fg(ink) + ";" + bg(paper)
}

// palettes by name. In "colourblind" good and bad differ in blue and orange,
// which the common kinds of colour blindness tell apart, and in brightness; in
// "contrast" every text has at least 7:1 against black (WCAG AAA).
var palettes = map[string]palette{
	"dark": {
		dim: fg("128;137;149"), border: fg("76;84;96"), focus: fg("88;166;255"),
		pass: fg("86;211;100"), warn: fg("242;204;96"), fail: fg("255;123;114"), out: fg("88;166;255"), in: fg("188;140;255"), token: fg("86;212;221"),
		badgeFail: on("255;255;255", "200;50;50"), badgePass: on("10;20;10", "86;211;100"), badgeWarn: on("20;20;10", "242;204;96"), number: on("13;17;23", "121;192;255"),
		match: "7", bar: bg("62;24;30"), cursor: bg("38;46;60"), ink: fg("255;255;255"),
	},
	"light": {
		light: true,
		dim:   fg("101;109;118"), border: fg("175;184;193"), focus: fg("9;105;218"),
		pass: fg("17;99;41"), warn: fg("125;78;0"), fail: fg("164;14;38"), out: fg("9;105;218"), in: fg("110;60;190"), token: fg("0;102;112"),
		badgeFail: on("255;255;255", "164;14;38"), badgePass: on("255;255;255", "17;99;41"), badgeWarn: on("255;255;255", "125;78;0"), number: on("255;255;255", "9;105;218"),
		match: "7", bar: bg("255;225;225"), cursor: bg("221;233;247"), ink: fg("0;0;0"),
	},
	"contrast": {
		border: fg("150;150;150"), focus: fg("255;255;0"),
		pass: fg("0;255;0"), warn: fg("255;255;0"), fail: fg("255;140;140"), out: fg("120;200;255"), in: fg("255;170;255"), token: fg("0;255;255"),
		badgeFail: on("255;255;255", "170;0;0"), badgePass: on("0;0;0", "0;255;0"), badgeWarn: on("0;0;0", "255;255;0"), number: on("0;0;0", "255;255;255"),
		match: "7", bar: bg("80;0;0"), cursor: bg("0;0;110"), ink: fg("255;255;255"),
	},
	"colourblind": {
		dim: fg("135;142;152"), border: fg("80;86;96"), focus: fg("86;180;233"),
		pass: fg("86;180;233"), warn: fg("240;228;66"), fail: fg("255;150;40"), out: fg("0;158;215"), in: fg("204;140;180"), token: fg("120;220;190"),
		badgeFail: on("0;0;0", "255;150;40"), badgePass: on("0;0;0", "86;180;233"), badgeWarn: on("0;0;0", "240;228;66"), number: on("0;0;0", "200;200;210"),
		match: "7", bar: bg("66;40;10"), cursor: bg("38;46;60"), ink: fg("255;255;255"),
	},
}

// mono has no colours: what is read first is bold, routine is dim, badges and
// the row one stands on are reversed, an error's row is underlined.
var mono = palette{dim: "2", border: "2", badgeFail: "7", badgePass: "7", badgeWarn: "7", number: "7", match: "4;7", bar: "4", cursor: "7"}

// sixteen is the palette in the colours that every terminal names; its user has
// set them so that they can be read.
func (p palette) sixteen() palette {
	q := palette{
		dim: "90", border: "90", focus: "94", pass: "32", warn: "33", fail: "91", out: "34", in: "35", token: "36",
		badgeFail: "97;41", badgePass: "30;42", badgeWarn: "30;43", number: "30;46", match: "7", bar: "41;97", cursor: "44;97",
	}
	switch p.pass {
	case palettes["colourblind"].pass:
		q.pass, q.fail, q.badgePass, q.badgeFail, q.bar = "94", "93", "30;104", "30;103", "43;30"
	case palettes["contrast"].pass:
		q.dim, q.border, q.pass, q.warn, q.focus = "", "", "92", "93", "93"
	}
	if p.light {
		q.bar, q.cursor = "101;30", "104;30"
	}
	return q
}
