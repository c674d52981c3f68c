package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks/session/offline"
)

// After a failure the report says when it worked last and what is different now,
// with the lines; of what did not change it says nothing.
func TestLastGood(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("../../../shared/cases/two-grant-then-ok/vmanage-server.log")
	if err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	lines := splitLines(data)
	refused, ok := string(joinLines(lines[:12])), string(joinLines(lines[15:31]))
	later := strings.NewReplacer("13:16", "15:16", "(default task-13)", "(default task-29)").Replace(refused)
	for _, tt := range []struct{ name, text, says string }{
		{"nothing changed", ok + later, "It worked last at 13:16:21,688 IST (attempt 1); of what the logs show of both, nothing changed since then"},
		{"another user", ok + strings.ReplaceAll(later, "jkim", "mlopez"), "; since then the user changed"},
		{"another address", ok + strings.ReplaceAll(later, "clientUrl=", "clientUrl=ssm2."), "; since then the address that the Manager calls changed"},
		{"it did not work before", later, ""},
		{"it works now", later + strings.ReplaceAll(ok, "13:16", "16:16"), ""},
	} {
		path := filepath.Join(dir, "vmanage-server.log")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := offline.Analyze(t.Context(), []string{path}, options(t))
		if err != nil {
			t.Fatal(err)
		}
		g, got := r.Diagnosis.LastGood, ""
		if g != nil {
			got = g.Sentence()
			for _, c := range g.Changed {
				if c.Ref.Line == 0 || c.Text == "" {
					t.Errorf("%s: %s without a line", tt.name, c.What)
				}
			}
			if g.Evidence.Ref.Line == 0 {
				t.Errorf("%s: no line says that it worked", tt.name)
			}
		}
		if tt.says == "" && g != nil || !strings.Contains(got, tt.says) {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}
