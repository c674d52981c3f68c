package theme

import (
	"fmt"
	"strings"
)

// Names are the themes that Named knows. "auto" is dark or light, by the
// terminal's background; "contrast" and "colourblind" have a version for each.
func Names() []string { return []string{"auto", "dark", "light", "contrast", "colourblind"} }

// Colours is how many colours a terminal has.
type Colours uint8

// The numbers of colours. 256 colours are found by the renderer as the nearest
// of the true ones; 16 are chosen by hand, since the nearest of 16 is far.
const (
	TrueColour Colours = iota
	Sixteen
	None
)

// Asks reports whether a theme, by its name, is another on another background.
func Asks(name string) bool { return name != "dark" && name != "light" }

// Named is a theme by its name, for a background; "" is "auto". Without colours
// all are one: bold, dim, underlined and reversed text.
func Named(name string, c Colours, b Background) (*Theme, error) {
	switch name {
	case "", "auto":
		name = "dark"
		if b == Light {
			name = "light"
		}
	case "dark":
		b = Dark
	case "light":
		b = Light
	}
	p, ok := palettes[name]
	if !ok {
		return nil, fmt.Errorf("%s: no such theme (%s)", name, strings.Join(Names(), ", "))
	}
	switch {
	case c == None:
		return mono.theme(mono), nil
	case c == Sixteen:
		p = p.sixteen(b)
		return p.theme(p), nil
	case b == Unknown: // rows with a background of their own are those on dark
		rows := p.on(Dark)
		return p.on(Unknown).theme(rows), nil
	}
	p = p.on(b)
	return p.theme(p), nil
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
	bar, cursor                             string  // backgrounds of rows
	ink                                     string  // text on those
	ratio                                   float64 // the least contrast of a text; 0: 4.5 (WCAG AA)
}

// theme is the palette as a theme. rows is the one for rows that have a
// background of their own.
func (p palette) theme(rows palette) *Theme {
	return &Theme{sgr: p.roles(), over: rows.roles(), bar: rows.bar, cursor: rows.cursor, ink: rows.ink, Glyphs: unicodeGlyphs}
}

func (p palette) roles() [roles]string {
	bold := func(s string) string { return strings.Trim("1;"+s, ";") }
	return [roles]string{
		Bright: bold(""), Dim: p.dim, Pass: p.pass, Warn: p.warn, Fail: bold(p.fail),
		Out: p.out, In: p.in, Token: p.token, Title: bold(""), Border: p.border, Focus: bold(p.focus),
		BadgeFail: bold(p.badgeFail), BadgePass: bold(p.badgePass), BadgeWarn: bold(p.badgeWarn), Number: bold(p.number), Match: p.match,
	}
}

// texts are the palette's colours of texts.
func (p *palette) texts() []*string {
	return []*string{&p.dim, &p.border, &p.focus, &p.pass, &p.warn, &p.fail, &p.out, &p.in, &p.token}
}

// on is the palette for a background: each colour of a text is changed as
// little as it takes to be read on that, and on the backgrounds of rows. Where
// the background is not known, it is read on black and on white; a palette that
// wants more contrast than one colour has on both is without colours there.
func (p palette) on(b Background) palette {
	ratio := p.ratio
	if ratio == 0 {
		ratio = 4.5
	}
	papers := b.papers()
	switch b {
	case Light:
		p.bar, p.cursor, p.ink = bg("255;225;225"), bg("221;233;247"), fg("0;0;0")
		fallthrough
	case Dark:
		for _, row := range []string{p.bar, p.cursor} {
			papers = append(papers, parsed(strings.TrimPrefix(row, background)))
		}
	}
	var lights []float64
	for _, paper := range papers {
		lights = append(lights, paper.luminance())
	}
	for _, text := range p.texts() {
		if *text == "" {
			continue
		}
		c, ok := readable(parsed(strings.TrimPrefix(*text, foreground)), ratio, lights)
		*text = fg(c.String())
		if !ok {
			*text = ""
		}
	}
	return p
}

func fg(rgb string) string { return foreground + rgb }
func bg(rgb string) string { return background + rgb }
func on(ink, paper string) string {
	return fg(ink) + ";" + bg(paper)
}

// palettes by name. In "colourblind" good and bad differ in blue and orange,
// which the common kinds of colour blindness tell apart, and in brightness; in
// "contrast" every text has at least 7:1 against its background (WCAG AAA).
var palettes = map[string]palette{
	"dark": {
		dim: fg("128;137;149"), border: fg("76;84;96"), focus: fg("88;166;255"),
		pass: fg("86;211;100"), warn: fg("242;204;96"), fail: fg("255;123;114"), out: fg("88;166;255"), in: fg("188;140;255"), token: fg("86;212;221"),
		badgeFail: on("255;255;255", "200;50;50"), badgePass: on("10;20;10", "86;211;100"), badgeWarn: on("20;20;10", "242;204;96"), number: on("13;17;23", "121;192;255"),
		match: "7", bar: bg("62;24;30"), cursor: bg("38;46;60"), ink: fg("255;255;255"),
	},
	"light": {
		dim: fg("101;109;118"), border: fg("101;109;118"), focus: fg("9;105;218"),
		pass: fg("17;99;41"), warn: fg("125;78;0"), fail: fg("164;14;38"), out: fg("9;105;218"), in: fg("110;60;190"), token: fg("0;102;112"),
		badgeFail: on("255;255;255", "164;14;38"), badgePass: on("255;255;255", "17;99;41"), badgeWarn: on("255;255;255", "125;78;0"), number: on("255;255;255", "9;105;218"),
		match: "7", bar: bg("255;225;225"), cursor: bg("221;233;247"), ink: fg("0;0;0"),
	},
	"contrast": {
		ratio:  7,
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

// sixteen is the palette in the colours that every terminal names. Of those,
// only some are read on black, and others on white: where none is, a text has
// the terminal's own foreground, and its sign and its word tell what it is.
func (p palette) sixteen(b Background) palette {
	blind := p.pass == palettes["colourblind"].pass
	q := palette{badgeFail: "97;41", badgePass: "30;42", badgeWarn: "30;43", number: "30;46", match: "7", bar: "41;97", cursor: "44;97"}
	switch b {
	case Dark:
		q.dim, q.border, q.focus, q.pass, q.warn, q.fail, q.out, q.in, q.token = "90", "90", "96", "32", "33", "91", "96", "95", "36"
		if blind {
			q.pass, q.fail = "96", "93"
		}
	case Light:
		q.focus, q.fail, q.out, q.in = "34", "31", "34", "35"
		q.bar, q.cursor = "101;30", "46;30"
		if blind {
			q.pass = "34"
		}
	}
	if blind {
		q.badgePass, q.badgeFail = "30;106", "30;103"
	}
	if p.ratio > 0 { // nothing is dim
		q.dim, q.border = "", ""
	}
	return q
}
