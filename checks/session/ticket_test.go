package session_test

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ticket pastes files into one text, between prose.
func ticket(t *testing.T, paths []string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("Hello team,\n\nsince this morning the licence sync fails. What we have so far:\n\n")
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "This is %s, as copied from the terminal:\n\n%s\n\n", filepath.Base(p), strings.ReplaceAll(string(data), "\r\n", "\n"))
	}
	b.WriteString("Can you have a look? We already opened the firewall.\n\nBest regards\n")
	return b.String()
}

// Each case as one ticket, as a mail that quotes it, and as a saved web page.
func TestTickets(t *testing.T) {
	counts := map[string]*tally{"ticket": {}, "quoted": {}, "page": {}}
	for _, path := range cases(t) {
		dir, tr := filepath.Dir(path), readTruth(t, path)
		text := ticket(t, inputs(t, dir))
		forms := map[string]string{
			"ticket": text,
			"quoted": "On Monday someone wrote:\n> " + strings.ReplaceAll(text, "\n", "\n> "),
			"page":   "<!DOCTYPE html>\n<html><body><pre>" + html.EscapeString(text) + "</pre></body></html>\n",
		}
		for name, form := range forms {
			file := filepath.Join(t.TempDir(), filepath.Base(dir)+".txt")
			if err := os.WriteFile(file, []byte(form), 0o600); err != nil {
				t.Fatal(err)
			}
			if name == "ticket" {
				for _, why := range wrongs(t, tr, []string{file}) { // the evidence's line numbers are the ticket's
					t.Errorf("%s as a ticket: %s", filepath.Base(dir), why)
				}
			}
			counts[name].score(t, []string{file}, tr, nil)
		}
	}
	for name, c := range counts {
		t.Logf("%-7s %2d right, %2d open, %2d wrong", name, c.right, c.open, c.wrong)
		if c.right*100 < (c.right+c.open+c.wrong+c.sure)*95 {
			t.Errorf("%s: only %d cases are right", name, c.right)
		}
	}
}
