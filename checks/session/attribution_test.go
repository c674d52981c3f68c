package session_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"syncscope/capture/event"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// rows are what a table says of one attempt: the lines of each kind, as
// "file:line".
type rows map[string][]string

// attribution is a table written by hand from a case's logs.
type attribution struct {
	outcomes []string
	attempts []rows
	others   []string
	open     []map[string]bool // the rows of each attempt that are not compared
	more     bool              // there are more others than the table names
}

// readAttribution reads a table. A row with ? in front cannot be told from the
// logs, and is not compared.
func readAttribution(t *testing.T, path string) (out attribution) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(data), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case word == "" || word == "#":
		case strings.HasPrefix(word, "?"):
			out.open[len(out.open)-1][word[1:]] = true
		case word == "attempt":
			out.outcomes, out.attempts, out.open = append(out.outcomes, rest), append(out.attempts, rows{}), append(out.open, map[string]bool{})
		case word == "other" && rest == "...":
			out.more = true
		case word == "other":
			out.others = append(out.others, citedLines(t, rest)...)
		default:
			a := out.attempts[len(out.attempts)-1]
			a[word] = append(a[word], citedLines(t, rest)...)
		}
	}
	return out
}

// citedLines reads "messages:14,15" and, of a stretch, its ends: "messages:14-15".
func citedLines(t *testing.T, text string) (out []string) {
	t.Helper()
	file, list, ok := strings.Cut(text, ":")
	if !ok {
		t.Fatalf("%q names no line", text)
	}
	for _, n := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '-' }) {
		if _, err := strconv.Atoi(n); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		out = append(out, file+":"+n)
	}
	return out
}

// Which line, request and connection is whose, and how each attempt ended,
// against tables that were written by hand from the logs. Which cause is named
// is not looked at.
func TestAttribution(t *testing.T) {
	tables, err := filepath.Glob("testdata/attribution/*.txt")
	if err != nil || len(tables) < 40 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, path := range tables {
		folder, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".txt"), "_")
		dir := filepath.Join("../../../shared", folder, name)
		t.Run(folder+"/"+name, func(t *testing.T) {
			if _, err := os.Stat(dir); err != nil {
				t.Skipf("../shared/%s is not beside this checkout", folder)
			}
			want := readAttribution(t, path)
			r, err := offline.Analyze(t.Context(), inputsOf(t, dir), options(t))
			if err != nil {
				t.Fatal(err)
			}
			compareAttribution(t, want, r)
		})
	}
}

// inputsOf are a case's text files, whatever they are called.
func inputsOf(t *testing.T, dir string) (out []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if n := f.Name(); n != "truth.json" && !isPcap(n) && !isHex(n) {
			out = append(out, filepath.Join(dir, n))
		}
	}
	return out
}

func compareAttribution(t *testing.T, want attribution, r report.Report) {
	t.Helper()
	names := map[event.SourceID]string{}
	for _, s := range r.Sources {
		names[s.Source.ID] = filepath.Base(s.Source.Title.String())
	}
	at := func(refs []event.Ref) (out []string) {
		for _, f := range refs {
			line := f.Line
			if f.Packet > 0 && twoLines(r, f.Source) {
				line-- // it is cited by the line that has its ends
			}
			out = append(out, fmt.Sprintf("%s:%d", names[f.Source], line))
		}
		return out
	}
	d := r.Diagnosis
	var got []string
	for _, a := range d.Attempts {
		got = append(got, a.Outcome.String())
	}
	if !slices.Equal(got, want.outcomes) {
		t.Fatalf("attempts %v, want %v", got, want.outcomes)
	}
	for i, w := range want.attempts {
		m := d.Attempts[i].Members
		if f := at(ends(m.Manager)); w["manager"] != nil && !slices.Equal(w["manager"], f) {
			t.Errorf("attempt %d: the Manager's lines go from %v, want %v", i+1, f, w["manager"])
		}
		for word, refs := range map[string][]event.Ref{"sign-in": m.SignIn, "api": m.API, "connection": m.Connections} {
			if !sameSet(w[word], at(refs)) && !want.open[i][word] {
				t.Errorf("attempt %d: %s %v, want %v", i+1, word, at(refs), w[word])
			}
		}
		for _, line := range w["refused"] {
			if !slices.Contains(at(m.Refused), line) {
				t.Errorf("attempt %d: %s is missing among the refused upstreams %v", i+1, line, at(m.Refused))
			}
		}
	}
	if o := at(d.Others); !want.more && !sameSet(want.others, o) {
		t.Errorf("other clients' lines %v, want %v", o, want.others)
	}
}

// ends are the first and the last line in each file.
func ends(refs []event.Ref) (out []event.Ref) {
	for i, f := range refs {
		if i == 0 || f.Source != refs[i-1].Source {
			out = append(out, f, f)
		}
		out[len(out)-1] = f
	}
	return out
}

// twoLines reports whether a listing prints two lines a packet, as with -vv.
func twoLines(r report.Report, id event.SourceID) bool {
	for _, s := range r.Sources {
		if s.Source.ID == id {
			return s.Lines > 2*s.Packets
		}
	}
	return false
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// What truth.json says of the number of attempts agrees with the tables.
func TestAttributionAgreesWithTruth(t *testing.T) {
	for _, f := range faults(t) {
		path := "testdata/attribution/" + strings.Replace(f.name, "/", "_", 1) + ".txt"
		if _, err := os.Stat(path); err != nil || f.truth.Attempts == nil {
			continue
		}
		if n := len(readAttribution(t, path).attempts); n != *f.truth.Attempts {
			t.Errorf("%s: the table has %d attempts, truth.json %d", f.name, n, *f.truth.Attempts)
		}
	}
}
