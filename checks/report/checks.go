package report

import (
	"fmt"
	"io"
	"strings"
)

// checkGlyphs stand before a check's outcome.
var checkGlyphs = map[string]string{"pass": "✓", "warn": "!", "fail": "✗", "could-not-check": "?", "not-needed": "–"}

// Checks writes the active checks as a table, each with a word, not only a sign.
func Checks(w io.Writer, r Report) error {
	var b strings.Builder
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "%s %-16s %-27s %s\n", checkGlyphs[c.Status], c.Status, c.Name, c.Detail)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
