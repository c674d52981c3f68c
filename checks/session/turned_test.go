package session_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/checks/session/offline"
)

// An export that has its newest line first is read from its end, and that is
// said; the same log in its own order is not.
func TestAnExportThatBeginsWithItsEnd(t *testing.T) {
	data, err := os.ReadFile("../../../shared/cases/two-grant-then-ok/vmanage-server.log")
	if err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	lines := splitLines(withNewline(data))
	lines = slices.DeleteFunc(lines, func(l []byte) bool { return len(strings.TrimSpace(string(l))) == 0 })
	for _, back := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "export.log")
		if back {
			slices.Reverse(lines)
		}
		if err := os.WriteFile(path, joinLines(lines), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := offline.Analyze(t.Context(), []string{path}, options(t))
		if err != nil {
			t.Fatal(err)
		}
		var ends []string
		for _, a := range r.Diagnosis.Attempts {
			ends = append(ends, a.Outcome.String())
		}
		if !slices.Equal(ends, []string{"fail", "ok"}) {
			t.Errorf("turned round %v: attempts %v", back, ends)
		}
		if said := strings.Contains(strings.Join(r.Notes, " "), "its newest line comes first"); said != back {
			t.Errorf("turned round %v: notes %q", back, r.Notes)
		}
	}
}
