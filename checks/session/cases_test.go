package session_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/rule"
	"syncscope/checks/session/offline"
)

// truth is what is known of a case; see the cases' own README.
type truth struct {
	RootCause     string              `json:"root_cause"`
	Layer         string              `json:"layer"`
	AcceptedAlso  []string            `json:"accepted_also"`
	NotRootCause  []string            `json:"not_root_cause"`
	Without       map[string][]string `json:"accepted_without"` // by the input that is missing
	MaxConfidence string              `json:"max_confidence"`
	Secrets       []string            `json:"secrets"`
	Attempts      *int                `json:"attempts"` // nil: it does not say
}

func cases(t *testing.T) []string {
	t.Helper()
	dirs, _ := filepath.Glob("../../../shared/cases/*/truth.json") // the pattern is well formed
	if len(dirs) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	return dirs
}

func readTruth(t *testing.T, path string) truth {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var tr truth
	if err := json.Unmarshal(data, &tr); err != nil {
		t.Fatal(err)
	}
	return tr
}

// inputs are a case's text inputs: never its truth, and no binary capture.
func inputs(t *testing.T, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		name := f.Name()
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if name != "truth.json" && !strings.HasSuffix(name, ".pcap") && !strings.HasSuffix(name, "-xx.txt") && info.Size() > 0 {
			out = append(out, filepath.Join(dir, name))
		}
	}
	return out
}

var loadRules = sync.OnceValues(func() ([]rule.Rule, error) { return diagnose.LoadRules() })

func options(t *testing.T) offline.Options {
	t.Helper()
	rules, err := loadRules()
	if err != nil {
		t.Fatal(err)
	}
	return offline.Options{Gate: redact.New(), Rules: rules, Version: "test"}
}

// answer is a diagnosis in the words of a case's truth.
func answer(d checks.Diagnosis) string {
	switch {
	case d.RootCause != nil:
		return d.RootCause.ID
	case d.Verdict == checks.OK:
		return "none"
	}
	return d.Verdict.String()
}

// Every case by its text inputs, and by all that it has.
func TestCases(t *testing.T) {
	named := 0
	for _, path := range cases(t) {
		dir, tr := filepath.Dir(path), readTruth(t, path)
		for name, paths := range map[string][]string{"text": inputs(t, dir), "all": {whole(t, dir)}} {
			t.Run(filepath.Base(dir)+"/"+name, func(t *testing.T) {
				if judge(t, tr, paths) {
					named++
				}
			})
		}
	}
	t.Logf("%d of %d runs are right", named, 2*len(cases(t)))
}

// whole is a case's folder without its truth.
func whole(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for _, f := range files {
		if f.Name() == "truth.json" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, f.Name()), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func judge(t *testing.T, tr truth, paths []string) bool {
	r, err := offline.Analyze(t.Context(), paths, options(t))
	if err != nil {
		t.Fatal(err)
	}
	got := answer(r.Diagnosis)
	right := got == tr.RootCause || slices.Contains(tr.AcceptedAlso, got)
	if !right {
		t.Errorf("answer %s, but it was %s", got, tr.RootCause)
	}
	if c := r.Diagnosis.RootCause; c != nil {
		if tr.MaxConfidence == "possible" && c.Confidence > checks.Possible {
			t.Errorf("%s is claimed %s, at most possible is right", got, c.Confidence)
		}
		evidenceStands(t, paths[0], c)
	}
	if slices.Contains(tr.NotRootCause, got) {
		t.Errorf("%s is what it is not", got)
	}
	return right
}

// evidenceStands: each piece of evidence points at a line that exists and is
// the text that it shows, but for masked values.
func evidenceStands(t *testing.T, first string, f *checks.Finding) {
	t.Helper()
	if len(f.Evidence) == 0 {
		t.Error("a cause without evidence")
	}
	for _, e := range f.Evidence {
		if e.Ref.Line == 0 && e.Ref.Packet > 0 && strings.HasSuffix(e.Source, ".pcap") {
			continue // a binary capture has no lines
		}
		path := e.Source
		if st, err := os.Stat(first); err == nil && st.IsDir() {
			path = filepath.Join(first, path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
		if e.Ref.Line < 1 || e.Ref.Line > len(lines) {
			t.Errorf("%s:%d does not exist", e.Source, e.Ref.Line)
			continue
		}
		text := strings.TrimSpace(e.Text)
		if e.Ref.Packet > 0 && e.Ref.Line > 1 && strings.Contains(text, strings.TrimSpace(lines[e.Ref.Line-1])[:20]) {
			continue // a packet of two lines: the second one has the addresses
		}
		if head := text[:min(len(text), 40)]; !strings.HasPrefix(strings.TrimSpace(lines[e.Ref.Line-1]), head) {
			t.Errorf("%s:%d is %q, the evidence says %q", e.Source, e.Ref.Line, lines[e.Ref.Line-1], head)
		}
	}
}
