package tui

import (
	"strings"
	"testing"
	"unicode"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/tui/pane"
)

// A run of letters from right to left ends before a border: between it and the
// border stands a letter from left to right (UAX #9: only then do the border,
// and the digits behind it, stay where they are).
func TestRightToLeftEndsBeforeTheBorder(t *testing.T) {
	u := replayed(t, false)
	long := strings.Repeat("مرحبا بالعالم ", 30)
	for i, text := range []string{"login مرحبا", "שלום", long, "مرحبا 12:00"} {
		for source := range 3 {
			u.Events = append(u.Events, event.Plain{Meta: event.Meta{From: event.Ref{Source: event.SourceID(source + 1), Line: 900 + i}, Excerpt: redact.New().Foreign(text)}})
		}
	}
	seen := 0
	for _, size := range [][2]int{{200, 60}, {120, 40}, {80, 24}} {
		for _, keys := range [][]string{{"tab"}, {"tab", "tab"}, {"tab", "v"}, {"tab", ":"}, {"tab", "w"}, {"tab", "ctrl+w"}} {
			m := screen(t, Options{}, size[0], size[1], u, keys...)
			for _, line := range strings.Split(bare(m), "\n") {
				open := false // the last strong letter was one from right to left
				for _, r := range line {
					switch {
					case pane.RightToLeft(string(r)):
						open = true
						seen++
					case r == '│' && open:
						t.Fatalf("%v %v: the border is in the run: %s", size, keys, line)
					case unicode.IsLetter(r), string(r) == ender:
						open = false
					}
				}
			}
		}
	}
	if seen < 1000 {
		t.Errorf("only %d such letters in sight", seen)
	}
}
