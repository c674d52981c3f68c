package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// healthy gives lines of a sync-free log, of the Manager's or of the SSM's.
func healthy(t *testing.T, name string, n int) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../shared/cases/no-attempt", name))
	if err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	var b strings.Builder
	for i := range n {
		b.WriteString(lines[i%len(lines)] + "\n")
	}
	return b.String()
}

// Ten thousand lines of unrelated healthy logs around a case change nothing.
func TestCasesInNoise(t *testing.T) {
	const half = 5000
	noise := map[string]string{"vmanage-server.log": healthy(t, "vmanage-server.log", half), "messages": healthy(t, "messages", half)}
	count := &tally{}
	for _, path := range cases(t) {
		dir, tr := filepath.Dir(path), readTruth(t, path)
		out := filepath.Join(t.TempDir(), filepath.Base(dir))
		if err := os.Mkdir(out, 0o700); err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, p := range inputs(t, dir) {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			around := noise[filepath.Base(p)]
			name := filepath.Join(out, filepath.Base(p))
			if err := os.WriteFile(name, []byte(around+string(data)+"\n"+around), 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, name)
		}
		count.score(t, paths, tr, nil)
	}
	t.Logf("%d right, %d open, %d wrong", count.right, count.open, count.wrong)
	if count.open+count.wrong+count.sure > 0 {
		t.Error("noise changes an answer")
	}
}
