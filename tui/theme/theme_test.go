package theme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sixteen are the 16 colours as xterm has them: those of other terminals are
// near, and their users can set them.
var sixteen = []rgb{
	{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
	{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
}

// inks are the colours that parameters set; nil is the terminal's own.
// reversed: the two change places.
func inks(t *testing.T, params string) (ink, paper *rgb, reversed bool) {
	t.Helper()
	parts := strings.Split(params, ";")
	for i := 0; i < len(parts) && params != ""; i++ {
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			t.Fatalf("%q is no sequence", params)
		}
		switch {
		case (n == 38 || n == 48) && i+4 < len(parts) && parts[i+1] == "2":
			c := parsed(strings.Join(parts[i+2:i+5], ";"))
			if n == 38 {
				ink = &c
			} else {
				paper = &c
			}
			i += 4
		case n >= 30 && n <= 37:
			ink = &sixteen[n-30]
		case n >= 90 && n <= 97:
			ink = &sixteen[n-82]
		case n >= 40 && n <= 47:
			paper = &sixteen[n-40]
		case n >= 100 && n <= 107:
			paper = &sixteen[n-92]
		case n == 7:
			reversed = true
		case n != 1 && n != 2 && n != 4:
			t.Fatalf("%q sets what this test does not know", params)
		}
	}
	return ink, paper, reversed
}

// backgrounds of terminals on which a theme is read: those of the kind that it
// is for, or both. Where a terminal has 16 colours, they are made for black and
// for white, and whoever changes its background changes them.
func backgrounds(name string, c Colours, b Background) []rgb {
	switch name {
	case "dark":
		b = Dark
	case "light":
		b = Light
	}
	papers := b.papers()
	if c == Sixteen && b != Unknown {
		papers = papers[:1]
	}
	return papers
}

// Every text is read on every background that its theme is for: 4.5:1 (WCAG
// AA), in "contrast" 7:1. What has no colour of its own is the terminal's, on
// the terminal's background.
func TestEveryStyleIsRead(t *testing.T) {
	for _, name := range Names() {
		for _, colours := range []Colours{TrueColour, Sixteen, None} {
			for _, b := range []Background{Unknown, Dark, Light} {
				th, err := Named(name, colours, b)
				if err != nil {
					t.Fatal(err)
				}
				least := 4.5
				if name == "contrast" && colours == TrueColour {
					least = 7
				}
				where := fmt.Sprintf("%s, %d colours, background %d", name, colours, b)
				for r := Text; r < roles; r++ {
					params := th.sgr[r]
					ink, paper, reversed := inks(t, params)
					switch {
					case ink == nil && paper == nil: // both are the terminal's
					case paper != nil && ink == nil, reversed && ink != nil, reversed && paper != nil:
						t.Errorf("%s: role %d: %q has a background and not the ink for it", where, r, params)
					case paper != nil:
						if got := contrast(*ink, *paper); got < 4.5 {
							t.Errorf("%s: role %d: %q has %.1f:1", where, r, params, got)
						}
					default:
						for _, p := range backgrounds(name, colours, b) {
							if got := contrast(*ink, p); got < least {
								t.Errorf("%s: role %d: %q has %.1f:1 on %v", where, r, params, got, p)
							}
						}
					}
				}
				for _, row := range []Row{ErrorRow, CursorRow} {
					for r := Text; r < BadgeFail; r++ {
						drawn := th.On(row, r, "x")
						params, _, _ := strings.Cut(strings.TrimPrefix(drawn, "\x1b["), "m")
						ink, paper, _ := inks(t, params)
						if colours == None {
							continue // underlined or reversed, in the terminal's colours
						}
						if ink == nil || paper == nil {
							t.Errorf("%s: role %d on row %d has no ink of its own: %q", where, r, row, params)
						} else if got := contrast(*ink, *paper); got < 4.5 {
							t.Errorf("%s: role %d on row %d: %q has %.1f:1", where, r, row, params, got)
						}
					}
				}
			}
		}
	}
}

// What is read first has the terminal's own foreground in every theme.
func TestBrightIsTheTerminalsForeground(t *testing.T) {
	for _, name := range Names() {
		for _, b := range []Background{Unknown, Dark, Light} {
			th, _ := Named(name, TrueColour, b)
			if th.sgr[Text] != "" || th.sgr[Bright] != "1" || th.sgr[Title] != "1" {
				t.Errorf("%s on %d: text %q, bright %q, title %q", name, b, th.sgr[Text], th.sgr[Bright], th.sgr[Title])
			}
		}
	}
}

// A theme that is asked for by name is the same on every terminal; "auto" is
// one of the two that the terminal's background calls for.
func TestAutoGoesByTheBackground(t *testing.T) {
	of := func(name string, b Background) [roles]string {
		th, err := Named(name, TrueColour, b)
		if err != nil {
			t.Fatal(err)
		}
		return th.sgr
	}
	for _, b := range []Background{Unknown, Dark, Light} {
		if of("dark", b) != of("dark", Dark) || of("light", b) != of("light", Light) {
			t.Errorf("dark or light changes with the background %d", b)
		}
	}
	if of("auto", Dark) != of("dark", Dark) || of("", Light) != of("light", Light) {
		t.Error("auto is not the theme of the background")
	}
	for _, name := range Names() {
		if name != "dark" && name != "light" && of(name, Dark) == of(name, Light) {
			t.Errorf("%s has one version", name)
		}
	}
	if _, err := Named("solar", TrueColour, Dark); err == nil {
		t.Error("a theme that there is not")
	}
}

func TestTold(t *testing.T) {
	for _, tt := range []struct {
		fgbg, term string
		want       Background
	}{
		{"15;0", "xterm", Dark}, {"0;15", "xterm", Light}, {"0;default;15", "rxvt", Light}, {"0;7", "", Light}, {"7;8", "", Dark},
		{"", "xterm", Unknown}, {"default;default", "", Unknown}, {"", "linux", Dark}, {"0;99", "", Unknown},
	} {
		env := map[string]string{"COLORFGBG": tt.fgbg, "TERM": tt.term}
		if got := Told(func(k string) string { return env[k] }); got != tt.want {
			t.Errorf("COLORFGBG=%s TERM=%s: %d, want %d", tt.fgbg, tt.term, got, tt.want)
		}
	}
}

// Of tells dark from light as WCAG does: what black is read on better is light.
func TestOf(t *testing.T) {
	for _, c := range []struct {
		r, g, b float64
		want    Background
	}{{0, 0, 0, Dark}, {1, 1, 1, Light}, {0, 0.17, 0.21, Dark}, {0.99, 0.96, 0.89, Light}, {0, 0, 1, Dark}, {0, 1, 0, Light}} {
		if got := Of(c.r, c.g, c.b); got != c.want {
			t.Errorf("%v is %d", c, got)
		}
	}
	if !slices.Contains(Names(), "auto") {
		t.Error("auto cannot be asked for")
	}
}
