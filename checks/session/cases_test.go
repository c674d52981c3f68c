package session_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"syncscope/capture/event"
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

// caseFolders hold the cases: a folder each, with its truth.
var caseFolders = []string{"cases", "cases-new", "cases-reports", "cases-live", "cases-missing"}

// stillRed are the runs that are known to be wrong, each with the issue that mends
// it. The list may only become shorter.
const stillRed = "testdata/red.txt"

func redRuns(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(stillRed)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); name != "" && name[0] != '#' {
			out[name] = true
		}
	}
	return out
}

// Every case by its text inputs, and by all that it has.
func TestCases(t *testing.T) {
	red, runs, right := redRuns(t), 0, 0
	held := func(name string, faults []string) {
		switch runs++; {
		case len(faults) == 0:
			right++
			if red[name] {
				t.Errorf("%s is right now: take it off %s", name, stillRed)
			}
		case !red[name]:
			t.Errorf("%s: %s", name, strings.Join(faults, "; "))
		}
		delete(red, name)
	}
	for _, folder := range caseFolders {
		truths, _ := filepath.Glob("../../../shared/" + folder + "/*/truth.json") // the pattern is well formed
		if len(truths) == 0 {
			t.Skipf("../shared/%s is not beside this checkout", folder)
		}
		for _, path := range truths {
			dir, tr := filepath.Dir(path), readTruth(t, path)
			name := folder + "/" + filepath.Base(dir)
			held(name+"/text", wrongs(t, tr, inputs(t, dir)))
			held(name+"/all", wrongs(t, tr, []string{whole(t, dir)}))
		}
	}
	for name := range red {
		if !strings.HasPrefix(name, "corpus/") { // those are another test's
			t.Errorf("%s is on %s, and is no run", name, stillRed)
		}
	}
	t.Logf("%d of %d runs are right", right, runs)
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

// wrongs says what is wrong with the answer to a case's files.
func wrongs(t *testing.T, tr truth, paths []string) (out []string) {
	t.Helper()
	r, err := offline.Analyze(t.Context(), paths, options(t))
	if err != nil {
		return []string{err.Error()}
	}
	d := r.Diagnosis
	got := answer(d)
	if got != tr.RootCause && !slices.Contains(tr.AcceptedAlso, got) {
		out = append(out, "answer "+got+", but it was "+tr.RootCause)
	}
	if slices.Contains(tr.NotRootCause, got) {
		out = append(out, got+" is what it is not")
	}
	if c := d.RootCause; c != nil {
		if limit, err := checks.ParseConfidence(tr.MaxConfidence); err == nil && c.Confidence > limit {
			out = append(out, got+" is claimed "+c.Confidence.String()+", at most "+tr.MaxConfidence+" is right")
		}
		if len(c.Evidence) == 0 {
			out = append(out, "a cause without evidence")
		}
	}
	return append(out, append(inDisorder(d), falseCitations(paths[0], d)...)...)
}

// A file of a case by itself gives a ladder that holds together, and citations that
// stand where they are said to.
func TestFilesAlone(t *testing.T) {
	for _, folder := range caseFolders {
		truths, _ := filepath.Glob("../../../shared/" + folder + "/*/truth.json") // the pattern is well formed
		if len(truths) == 0 {
			t.Skipf("../shared/%s is not beside this checkout", folder)
		}
		for _, truth := range truths {
			dir := filepath.Dir(truth)
			captures, _ := filepath.Glob(filepath.Join(dir, "*.pcap")) // the pattern is well formed
			for _, path := range append(inputs(t, dir), captures...) {
				r, err := offline.Analyze(t.Context(), []string{path}, options(t))
				if err != nil {
					continue // it is nothing by itself, and that is an answer
				}
				for _, fault := range append(inDisorder(r.Diagnosis), falseCitations(path, r.Diagnosis)...) {
					t.Errorf("%s: %s", path, fault)
				}
			}
		}
	}
}

// inDisorder says where a ladder shows a stage that passed behind one that failed, or
// one that failed at a proxy that nothing names.
func inDisorder(d checks.Diagnosis) (out []string) {
	for _, a := range d.Attempts {
		failed := ""
		for _, s := range a.Stages {
			switch {
			case s.Stage == checks.Proxy && s.Status == checks.Fail && s.Object == "":
				out = append(out, "failed at a proxy that nothing names")
			case s.Status == checks.Fail && failed == "":
				failed = s.Stage.String()
			case s.Status == checks.Pass && failed != "":
				out = append(out, s.Stage.String()+" passed behind "+failed+", which failed")
			}
		}
	}
	return out
}

// citations are all that a diagnosis cites.
func citations(d checks.Diagnosis) []checks.Evidence {
	cited := slices.Clone(d.Evidence)
	for _, f := range d.Findings {
		cited = append(cited, f.Evidence...)
	}
	if d.RootCause != nil {
		cited = append(cited, d.RootCause.Evidence...)
	}
	for _, a := range d.Attempts {
		for _, s := range a.Stages {
			cited = append(cited, s.Evidence...)
		}
	}
	return cited
}

// unplaced reports whether evidence is cited that stands nowhere.
func unplaced(e checks.Evidence) bool { return e.Ref == event.Ref{} }

// falseCitations says which evidence does not stand where it is said to stand.
func falseCitations(first string, d checks.Diagnosis) (out []string) {
	for _, e := range citations(d) {
		if unplaced(e) {
			out = append(out, "no place is cited for "+strconv.Quote(e.Says))
		}
		if why := misplaced(first, e); why != "" {
			out = append(out, why)
		}
	}
	return out
}

// misplaced says why a piece of evidence is not the text that it shows, but for
// masked values; "": it is. A binary capture has no lines.
func misplaced(first string, e checks.Evidence) string {
	if e.Ref.Line == 0 && e.Ref.Packet > 0 && strings.HasSuffix(e.Source, ".pcap") {
		return ""
	}
	path := e.Source
	if st, err := os.Stat(first); err == nil && st.IsDir() {
		path = filepath.Join(first, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	if e.Ref.Line < 1 || e.Ref.Line > len(lines) {
		return fmt.Sprintf("%s:%d does not exist", e.Source, e.Ref.Line)
	}
	line, text := strings.TrimSpace(lines[e.Ref.Line-1]), strings.TrimSpace(e.Text)
	if e.Ref.Packet > 0 && e.Ref.Line > 1 && strings.Contains(text, line[:min(len(line), 20)]) {
		return "" // a packet of two lines: the second one has the addresses
	}
	if head := text[:min(len(text), 40)]; !strings.HasPrefix(line, head) {
		return fmt.Sprintf("%s:%d is %q, the evidence says %q", e.Source, e.Ref.Line, line, head)
	}
	return ""
}
