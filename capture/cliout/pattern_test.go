package cliout

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFront(t *testing.T) {
	for expr, want := range map[string]string{
		`^wget: unable to`:          "wget: unable to",
		`^\* (?:connect|Failed) to`: "* ",
		`^HTTP/(1\.1|2)`:            "HTTP/",
		`^https?://`:                "http",
		`^a+b`:                      "a",
		`^ab{0,2}`:                  "a",
		`^x\.\d`:                    "x.",
		`^a[|]b`:                    "a",
		`^one|^two`:                 "",
		`^(?i)a`:                    "",
		`^«?a`:                      "",
		`anywhere`:                  "",
	} {
		if got := front(expr); got != want {
			t.Errorf("%s: %q, not %q", expr, got, want)
		}
	}
}

// What a line begins with spares the expression, and tells what it would.
func TestPatternIsItsExpression(t *testing.T) {
	patterns := []*pattern{statusIn, asksProxy, connects, opensTunnel, wrapped, bracketed, zsh, windows, unixName, shellName, tunnelRefused, pinged, pingedIOS, noProgram, hostSays, notFound, hostName, clientID, ownRow, drift}
	for _, s := range signs() {
		patterns = append(patterns, s.line)
	}
	for _, of := range naming() {
		patterns = append(patterns, of...)
	}
	files, _ := filepath.Glob("../../../shared/cases*/*/*.txt") // the pattern is well formed
	if len(files) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	lines := map[string]bool{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for l := range bytes.Lines(data[:min(len(data), 20<<10)]) {
			lines[string(bytes.TrimRight(l, "\r\n"))] = true
		}
	}
	matched := 0
	for _, p := range patterns {
		for l := range lines {
			want := p.regexp().FindSubmatch([]byte(l))
			if got := p.FindSubmatch([]byte(l)); p.Match([]byte(l)) != (want != nil) || !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("%s: %q: %q, not %q", p.expr, l, got, want)
			}
			if want != nil {
				matched++
			}
		}
	}
	if matched < 100 {
		t.Errorf("no more than %d lines match anything", matched)
	}
}
