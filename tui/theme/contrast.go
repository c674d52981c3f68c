package theme

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Background is what the terminal draws on.
type Background uint8

// The backgrounds. Unknown is that of a terminal that does not tell.
const (
	Unknown Background = iota
	Dark
	Light
)

// papers are what terminals have as such a background: what is read on these is
// read on all that lie between.
func (b Background) papers() []rgb {
	black, white := rgb{0, 0, 0}, rgb{255, 255, 255}
	switch b {
	case Dark:
		return []rgb{black, {30, 30, 30}}
	case Light:
		return []rgb{white, {253, 246, 227}}
	}
	return []rgb{black, white}
}

// Of is the kind of a background's colour, each part of it from 0 to 1: what
// black is read on better than white is light.
func Of(red, green, blue float64) Background {
	c := rgb{int(red * 255), int(green * 255), int(blue * 255)}
	if contrast(c, rgb{}) > contrast(c, rgb{255, 255, 255}) {
		return Light
	}
	return Dark
}

// Told is the background as the environment tells it: COLORFGBG, which some
// terminals set, is "foreground;background" in the numbers of the 16 colours;
// the console of Linux, which answers no question, is black.
func Told(environ func(string) string) Background {
	if v := environ("COLORFGBG"); v != "" {
		n, err := strconv.Atoi(v[strings.LastIndexByte(v, ';')+1:])
		switch {
		case err != nil || n < 0 || n > 15:
		case n == 7 || n > 8:
			return Light
		default:
			return Dark
		}
	}
	if environ("TERM") == "linux" {
		return Dark
	}
	return Unknown
}

// rgb is a true colour.
type rgb [3]int

// String is the colour as parameters of a sequence.
func (c rgb) String() string { return fmt.Sprintf("%d;%d;%d", c[0], c[1], c[2]) }

// parsed reads what String writes.
func parsed(params string) (c rgb) {
	_, _ = fmt.Sscanf(params, "%d;%d;%d", &c[0], &c[1], &c[2]) // the tables of this package
	return c
}

// luminance is a colour's relative luminance (WCAG 2).
func (c rgb) luminance() float64 {
	linear := func(part int) float64 {
		v := float64(part) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// contrast is how far two colours differ in brightness, from 1 to 21 (WCAG 2).
func contrast(a, b rgb) float64 { return ratioOf(a.luminance(), b.luminance()) }

func ratioOf(x, y float64) float64 { return (max(x, y) + 0.05) / (min(x, y) + 0.05) }

// toward is c mixed with n of 255 parts of another colour.
func (c rgb) toward(other rgb, n int) rgb {
	for i := range c {
		c[i] += (other[i] - c[i]) * n / 255
	}
	return c
}

// readable is the colour nearest to c, lighter or darker, that has the contrast
// on all papers; ok is false where none has.
func readable(c rgb, ratio float64, papers []float64) (_ rgb, ok bool) {
	for n := range 256 {
		for _, end := range []rgb{{255, 255, 255}, {0, 0, 0}} {
			mixed := c.toward(end, n)
			if l := mixed.luminance(); !slices.ContainsFunc(papers, func(p float64) bool { return ratioOf(l, p) < ratio }) {
				return mixed, true
			}
		}
	}
	return c, false
}
