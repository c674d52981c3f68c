package theme

import "testing"

// What is cut ends with one ellipsis, also where the text has its own there.
func TestOneEllipsisAtACut(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"(8X14…)", 7, "(8X14…)"},
		{"(8X14…)", 6, "(8X14…"},
		{"(8X14… and)", 7, "(8X14…"},
		{"\x1b[1m(8X14…)\x1b[m", 6, "\x1b[1m(8X14…\x1b[m"},
		{"abcdef", 4, "abc…"},
	} {
		if got := unicodeGlyphs.Cut(tt.text, tt.width); got != tt.want {
			t.Errorf("%q in %d columns: %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
