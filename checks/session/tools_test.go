package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks/session/offline"
)

// The output of one tool alone, whichever system's it is, is told as a check; what
// cannot be read is named.
func TestToolsAlone(t *testing.T) {
	data, err := os.ReadFile("testdata/tools.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "\n-- ")
	for one := range strings.SplitSeq(rest, "\n-- ") {
		head, text, _ := strings.Cut(one, "\n")
		name, want, _ := strings.Cut(head, " ")
		path := filepath.Join(t.TempDir(), name+".txt")
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := offline.Analyze(t.Context(), []string{path}, options(t))
		how, got := shownFor([]string{want}, r, err)
		d := r.Diagnosis
		switch {
		case how == isRight:
		case want == "check" && err == nil && d.RootCause == nil && (d.CheckFailed != nil || d.CheckPassed != nil):
		case want != "named" || how != isNamed:
			t.Errorf("%s: %s %s, want %s", name, how, got, want)
		}
		if err == nil && len(d.Attempts) > 0 && (d.CheckFailed != nil || d.CheckPassed != nil) {
			t.Errorf("%s: a check is taken for an attempt", name)
		}
	}
}
