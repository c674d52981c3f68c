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

// A table whose columns dashes tell ends with a line of something else: its words go on
// behind the dashes. A value that does so by itself is one all the same.
func TestATableEndsWhereItsRowsDo(t *testing.T) {
	const head = "SQL> select secret from apps;\n\nSECRET\n------------\nmade-Up0123abcdEFGH\nmade-Up9\n"
	const behind = "\tat org.apache.http.impl.client.InternalHttpClient.doExecute(InternalHttpClient.java:185)\n" +
		"17-Feb-2024 12:35:01,477 UTC ERROR [um8_vManage] [RestAPIClient] (default task-54) |default| Failed to process the request\n"
	for how, out := range map[string]string{"live": once(head + behind), "read twice": first(passed(t, head+behind))} {
		if strings.Contains(out, "made-Up") || !strings.HasSuffix(out, strings.TrimSuffix(behind, "\n")) && !strings.HasSuffix(out, behind) {
			t.Errorf("%s:\n%s", how, out)
		}
	}
}
