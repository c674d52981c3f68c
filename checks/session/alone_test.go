package session_test

import (
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/session/offline"
)

// The saved output of one command, given alone, is told: what it says, on a ladder,
// as a check and not as an attempt. What it does not show stays unknown.
func TestACheckAlone(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/cases*/*/check-*.txt") // the pattern is well formed
	if len(files) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	told, causes := 0, 0
	for _, path := range files {
		r, err := offline.Analyze(t.Context(), []string{path}, options(t))
		if err != nil {
			t.Error(path, err)
			continue
		}
		d := r.Diagnosis
		known := 0
		for _, s := range d.Checked {
			if s.Status != checks.Unknown {
				known++
			}
		}
		switch {
		case len(d.Attempts) > 0:
			t.Errorf("%s: an attempt is seen", path)
		case d.RootCause != nil && (d.RootCause.About != checks.AboutCheck || d.RootCause.Confidence == checks.Confirmed || d.RootCause.Stage == checks.Licences):
			t.Errorf("%s: %+v", path, d.RootCause)
		case d.RootCause != nil:
			causes++
		}
		if (d.CheckFailed != nil || d.CheckPassed != nil) && (known > 0 || d.CheckPassed != nil) {
			told++
		} else {
			t.Logf("%s: %s", path, d.Sentence())
		}
		if d.CheckFailed != nil && !strings.HasPrefix(d.Sentence(), "A check, not a sync attempt: this ") {
			t.Errorf("%s: %s", path, d.Sentence())
		}
	}
	t.Logf("%d of %d outputs are told, %d of them with a cause", told, len(files), causes)
	if told < len(files) {
		t.Errorf("only %d of %d outputs are told", told, len(files))
	}
}
