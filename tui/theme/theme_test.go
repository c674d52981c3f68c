package theme

import (
	"strconv"
	"strings"
	"testing"
)

// colour is the true colour that parameters set, foreground or background.
func colour(params, what string) (rgb [3]int, ok bool) {
	_, rest, ok := strings.Cut(params, what)
	if !ok {
		return rgb, false
	}
	parts := strings.SplitN(rest, ";", 4)
	for i := range rgb {
		rgb[i], _ = strconv.Atoi(parts[i])
	}
	return rgb, true
}

// whitish: it is not read on white. Blackish: it is not read on black.
func whitish(c [3]int) bool  { return min(c[0], c[1], c[2]) >= 190 }
func blackish(c [3]int) bool { return max(c[0], c[1], c[2]) <= 65 }

// named are the 16 colours that are white, or black, on every terminal.
var namedWhite, namedBlack = []string{"37", "97"}, []string{"30"}

func setsNamed(params string, codes []string) bool {
	for _, p := range strings.Split(params, ";") {
		for _, c := range codes {
			if p == c {
				return true
			}
		}
	}
	return false
}

// hasPaper: a background of 16 or of all colours, or reversed.
func hasPaper(params string) bool {
	if strings.Contains(params, background) {
		return true
	}
	for _, p := range strings.Split(params, ";") {
		if n, _ := strconv.Atoi(p); p == "7" || n >= 40 && n <= 47 || n >= 100 && n <= 107 {
			return true
		}
	}
	return false
}

// No theme knows the terminal's background. What is to be read, plain, bright or
// a title, has the terminal's own foreground; no role at all is white or black
// without a background of its own.
func TestTextIsReadOnEveryBackground(t *testing.T) {
	for _, name := range Names() {
		for _, colours := range []Colours{TrueColour, Sixteen, None} {
			th, err := Named(name, colours)
			if err != nil {
				t.Fatal(err)
			}
			for r, params := range th.sgr {
				c, coloured := colour(params, foreground)
				switch role := Role(r); {
				case role == Text && params != "", (role == Bright || role == Title) && params != "1":
					t.Errorf("%s, %d colours: role %d has %q, not the terminal's foreground", name, colours, r, params)
				case hasPaper(params):
				case coloured && whitish(c), setsNamed(params, namedWhite):
					t.Errorf("%s, %d colours: role %d is white on a white terminal: %q", name, colours, r, params)
				case coloured && blackish(c), setsNamed(params, namedBlack):
					t.Errorf("%s, %d colours: role %d is black on a black terminal: %q", name, colours, r, params)
				}
			}
		}
	}
}

// On a row's own background the terminal's foreground may not be read: every
// role has a colour there, and no background is without one.
func TestRowsWithABackgroundHaveAnInk(t *testing.T) {
	for _, name := range Names() {
		th, err := Named(name, TrueColour)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []Row{ErrorRow, CursorRow} {
			for r := Text; r < BadgeFail; r++ {
				got := th.On(row, r, "x")
				ink, ok1 := colour(got, foreground)
				paper, ok2 := colour(got, background)
				if !ok1 || !ok2 || whitish(ink) && whitish(paper) || blackish(ink) && blackish(paper) {
					t.Errorf("%s: role %d on row %d: %q", name, r, row, got)
				}
			}
		}
	}
}
