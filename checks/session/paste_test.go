package session_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// shown is how the answer to what somebody pasted stands to what is known of it.
type shown string

const (
	isRight shown = "right"
	isNamed shown = "named" // no answer, but what it is and what to do
	isMute  shown = "mute"  // neither
	isWrong shown = "wrong" // another answer
)

// pasted are inputs in a dress of their own, and what is right: of all that is not
// listed, the cause in the folder's first row.
var pasted = []struct {
	folder, name string
	right        []string // causes or verdicts; none: it is to be named
}{
	{"pastes", "*", []string{"grant-not-found"}},
	{"pastes", "empty*", nil},
	{"pastes", "gui*.txt", []string{"inconclusive", "grant-not-found", "bad-user-password"}},
	{"pastes", "mode.txt", nil},
	{"pastes", "ocr-bad.txt", nil},
	{"pastes", "notes.docx", nil},
	{"pastes", "rtf.rtf", nil},
	{"shapes", "*", []string{"connection-refused"}},
	{"shapes", "asa-show-capture.txt", []string{"middlebox-reset", "server-closes", "inconclusive"}},
	{"shapes", "q-*.txt", []string{"inconclusive"}},
	{"shapes", "tcpdump-q.txt", []string{"inconclusive"}},
	{"shapes", "tshark-oneline.txt", []string{"inconclusive", "none"}},
	{"shapes", "wireshark-csv.txt", []string{"inconclusive", "none"}},
	{"shapes", "tshark-V.txt", nil},
	{"shapes", "tshark.json", nil},
	{"shapes", "tshark.pdml", nil},
	{"pages", "*", []string{"grant-not-found"}},
}

// rightFor is what is right for a file; named: nothing is, it can only be named.
func rightFor(folder, name string) (right []string, named bool) {
	for _, p := range pasted {
		if ok, _ := filepath.Match(p.name, name); ok && p.folder == folder {
			right = p.right
		}
	}
	return right, right == nil
}

// shownFor grades the answer to one paste.
func shownFor(right []string, r report.Report, err error) (shown, string) {
	if err != nil {
		if strings.Contains(err.Error(), "is nothing that is known (") {
			return isMute, err.Error()
		}
		return isNamed, err.Error()
	}
	got := answer(r.Diagnosis)
	switch {
	case slices.Contains(right, got):
		return isRight, got
	case r.Diagnosis.RootCause != nil || r.Diagnosis.Verdict == checks.OK:
		return isWrong, got
	}
	for _, n := range append(r.Notes, r.Unread...) {
		if advised(n) {
			return isNamed, got + ": " + n
		}
	}
	return isMute, got
}

// advised reports whether a note says what to do: every hint is in brackets at its
// end.
func advised(note string) bool {
	return strings.HasSuffix(note, ")") && strings.Contains(note, " (") && !strings.Contains(note, "(give vmanage-server.log, the SSM's")
}

// pasteReds are pastes that are not answered as they should be, with what they are
// instead. The list may only become shorter.
const pasteReds = "testdata/pastes.txt"

// What people paste is read, and what cannot be read is named. The table is
// printed; what is red is in a list.
func TestPastes(t *testing.T) {
	var red []string
	data, err := os.ReadFile(pasteReds)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); name != "" && name[0] != '#' {
			red = append(red, name)
		}
	}
	counts := map[string]map[shown]int{}
	for _, folder := range []string{"pastes", "shapes", "pages"} {
		files, err := os.ReadDir("../../../shared/" + folder)
		if err != nil {
			t.Skipf("../shared/%s is not beside this checkout", folder)
		}
		for _, f := range files {
			if f.Name() == "README.md" {
				continue
			}
			right, named := rightFor(folder, f.Name())
			r, err := offline.Analyze(t.Context(), []string{"../../../shared/" + folder + "/" + f.Name()}, options(t))
			got, why := shownFor(right, r, err)
			hold(t, &red, folder+"/"+f.Name(), got == isRight || named && got == isNamed, fmt.Sprintf("%-5s %s", got, why))
			addShown(counts, folder, got)
		}
	}
	for _, tr := range truths(t, "cases-reports") {
		r, err := offline.Analyze(t.Context(), inputs(t, filepath.Dir(tr)), options(t))
		x := readTruth(t, tr)
		got, why := shownFor(append(x.AcceptedAlso, x.RootCause), r, err)
		hold(t, &red, "cases-reports/"+filepath.Base(filepath.Dir(tr)), got == isRight, fmt.Sprintf("%-5s %s", got, why))
		addShown(counts, "cases-reports", got)
	}
	for _, name := range red {
		t.Errorf("%s is on %s, and is no paste", name, pasteReds)
	}
	for folder, c := range counts {
		t.Logf("%-14s right %d, named %d, mute %d, wrong %d", folder, c[isRight], c[isNamed], c[isMute], c[isWrong])
	}
}

// hold prints how a paste is answered, and compares it with the list.
func hold(t *testing.T, red *[]string, name string, right bool, how string) {
	t.Helper()
	t.Logf("%-32s %s", name, how)
	listed := slices.Contains(*red, name)
	*red = slices.DeleteFunc(*red, func(r string) bool { return r == name })
	switch {
	case right && listed:
		t.Errorf("%s is right now: take it off %s", name, pasteReds)
	case !right && !listed:
		t.Errorf("%s: %s", name, how)
	}
}

func addShown(all map[string]map[shown]int, folder string, s shown) {
	if all[folder] == nil {
		all[folder] = map[shown]int{}
	}
	all[folder][s]++
}

// truths are the truths of a folder of cases.
func truths(t *testing.T, folder string) []string {
	t.Helper()
	out, _ := filepath.Glob("../../../shared/" + folder + "/*/truth.json") // the pattern is well formed
	if len(out) == 0 {
		t.Skipf("../shared/%s is not beside this checkout", folder)
	}
	return out
}
