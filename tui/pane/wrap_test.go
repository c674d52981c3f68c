package pane

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"syncscope/tui/theme"
)

func lines(segs []Seg, width, limit int) []string {
	var out []string
	for _, l := range Wrap(segs, width, limit, &theme.Glyphs{Ellipsis: "…"}) {
		text := ""
		for _, s := range l {
			text += s.Text
		}
		out = append(out, text)
	}
	return out
}

// However narrow it is: no line is too wide, none but the first begins with a
// blank, no word is lost, and a number stays with its unit and its word.
func TestWrapKeepsWordsAndNumbers(t *testing.T) {
	segs := []Seg{{"request  508 B in 2, after 250 ms of attempt 1", theme.Text}, {"  impact: 12 rows of node 7 wait", theme.Dim}}
	words := strings.Join(strings.Fields(segs[0].Text+segs[1].Text), " ")
	for width := 20; width < 100; width++ {
		got := lines(segs, width, 50)
		for i, l := range got {
			if ansi.StringWidth(l) > width || i > 0 && strings.HasPrefix(l, " ") {
				t.Errorf("width %d: line %q", width, l)
			}
			for _, apart := range []string{"508", "250", "attempt", "node", "in"} {
				if strings.HasSuffix(strings.TrimRight(l, " "), " "+apart) || strings.TrimSpace(l) == apart {
					t.Errorf("width %d: %q ends a line", width, apart)
				}
			}
		}
		if all := strings.Join(strings.Fields(strings.Join(got, " ")), " "); all != words {
			t.Errorf("width %d: %q", width, all)
		}
	}
}

// What is left out is marked.
func TestWrapMarksWhatIsCut(t *testing.T) {
	segs := []Seg{{strings.Repeat("word ", 30), theme.Text}}
	for limit := 1; limit < 4; limit++ {
		got := lines(segs, 20, limit)
		if len(got) != limit || !strings.HasSuffix(got[limit-1], "…") {
			t.Errorf("%d lines: %q", limit, got)
		}
	}
}

// No line begins with what ends the word before it, as where a masked value
// stands in a sentence.
func TestNoLineBeginsWithAnEnd(t *testing.T) {
	segs := Segments("the client ID changed from client#c611d27ae8 (M6cL…, 64) to client#0c62680b6c (ez5J…, 64); the user is the same", theme.Bright)
	for width := 30; width < 100; width++ {
		got := lines(segs, width, 50)
		for i, l := range got {
			if strings.HasPrefix(l, ";") && ansi.StringWidth(got[i-1]) < width {
				t.Errorf("width %d: %q", width, got)
			}
		}
	}
}

// A command is not broken before its option, nor are two words in parentheses; and
// what is left of blanks at the end makes no line.
func TestWrapKeepsWhatIsTyped(t *testing.T) {
	segs := []Seg{{"Check whether the web server listens on its port (ss -ltn) and runs (docker ps), with --pcap too", theme.Text}, {"   ", theme.Dim}}
	for width := 24; width < 110; width++ {
		for i, l := range lines(segs, width, 50) {
			if strings.TrimSpace(l) == "" || i > 0 && (strings.HasPrefix(l, "-") || strings.HasPrefix(l, "ps)")) {
				t.Errorf("width %d: line %q", width, l)
			}
		}
	}
}

// A time of day is read as people type it; what is none is refused.
func TestClockTime(t *testing.T) {
	for text, want := range map[string]bool{"17:29": true, "9:05": true, "17:29:03": true, "17:29:03,4": true, "99:99": false, "17": false, "17:2": false, "abc": false, "": false, "24:00": false} {
		if ClockTime(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// A fault of an expression is told without what was not typed.
func TestNotAnExpression(t *testing.T) {
	for text, want := range map[string]string{"a(": "missing closing )", "*x": "missing argument to repetition operator", "[": "missing closing ]"} {
		if _, err := NewQuery(text); err == nil || err.Error() != "not a regular expression yet: "+want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// One possibility is no choice.
func TestOpenSaysWhetherOrWhich(t *testing.T) {
	if got := open([]string{"calls never end"}); got != "whether calls never end." {
		t.Errorf("one: %q", got)
	}
	if got := open([]string{"a is b", "c is d"}); got != "which of 2: a is b; c is d." {
		t.Errorf("two: %q", got)
	}
}
