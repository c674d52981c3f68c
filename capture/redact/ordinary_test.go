package redact_test

import (
	"os"
	"strings"
	"testing"
)

// Ordinary lines of nginx, Rails, Java, sshd, sudo, docker and chronyd stay as they
// are, alone and among each other. What changes is in a table, with the reason.
func TestOrdinaryLinesStay(t *testing.T) {
	data, err := os.ReadFile("testdata/ordinary.txt")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSuffix(string(data), "\n")
	explained := changedLines(t)
	lines := strings.Split(text, "\n")
	if len(lines) < 200 {
		t.Errorf("only %d lines", len(lines))
	}
	for how, out := range map[string]string{"alone": each(text), "live": once(text), "read twice": first(passed(t, text))} {
		for i, got := range strings.Split(out, "\n") {
			if got == lines[i] {
				continue
			}
			if explained[lines[i]] == "" {
				t.Errorf("%s:\n%s\nbecame\n%s", how, lines[i], got)
			}
		}
	}
}

// changedLines are the lines that change, each with the reason.
func changedLines(t *testing.T) map[string]string {
	data, err := os.ReadFile("testdata/ordinary-changed.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for i, l := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		reason, line, ok := strings.Cut(l, "\t")
		if !ok && l != "" {
			t.Errorf("line %d has no reason", i+1)
		}
		out[line] = reason
	}
	return out
}
