package session_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/session/offline"
)

// streamOf is which of the three streams a case's file belongs to; what a
// person typed on the hosts is none.
func streamOf(path string) string {
	switch name := filepath.Base(path); {
	case name == "vmanage-server.log":
		return "manager"
	case name == "messages":
		return "messages"
	case strings.HasPrefix(name, "tcpdump"), strings.HasSuffix(name, ".pcap"):
		return "capture"
	}
	return ""
}

// tally counts one perturbation's runs.
type tally struct{ right, open, wrong, sure, held, named int }

// score runs a case on some of its inputs and sorts the answer.
func (s *tally) score(t *testing.T, paths []string, tr truth, missing []string) bool {
	t.Helper()
	r, err := offline.Analyze(t.Context(), paths, options(t))
	if err != nil {
		t.Fatal(err)
	}
	got := answer(r.Diagnosis)
	right := got == tr.RootCause || slices.Contains(tr.AcceptedAlso, got)
	for _, m := range missing {
		right = right || slices.Contains(tr.Without[m], got)
	}
	switch {
	case right:
		s.right++
		return true
	case r.Diagnosis.RootCause == nil && !(tr.RootCause != "none" && r.Diagnosis.Verdict == checks.OK):
		s.open++
		t.Logf("%v: %s, but it was %s", namesIn(paths), got, tr.RootCause)
	case r.Diagnosis.RootCause != nil && r.Diagnosis.RootCause.Confidence == checks.Confirmed:
		s.sure++
		t.Errorf("%v: confirmed %s, but it was %s", namesIn(paths), got, tr.RootCause)
	default:
		s.wrong++
		t.Logf("%v: %s, but it was %s", namesIn(paths), got, tr.RootCause)
	}
	if slices.Contains(tr.NotRootCause, got) {
		t.Errorf("%v: %s is what it is not", namesIn(paths), got)
	}
	return false
}

func namesIn(paths []string) string {
	out := filepath.Base(filepath.Dir(paths[0]))
	for _, p := range paths {
		out += " " + filepath.Base(p)
	}
	return out
}

// Each case with each stream left out, and each stream alone. The table is
// part of the output: always saying "inconclusive" fails.
func TestCasesWithMissingStreams(t *testing.T) {
	out, alone := map[string]*tally{}, map[string]*tally{}
	for _, path := range cases(t) {
		dir, tr := filepath.Dir(path), readTruth(t, path)
		all := inputs(t, dir)
		for _, stream := range []string{"manager", "messages", "capture"} {
			if out[stream] == nil {
				out[stream], alone[stream] = &tally{}, &tally{}
			}
			rest := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return streamOf(p) == stream })
			out[stream].score(t, rest, tr, []string{stream})
			if holds(stream, tr) {
				alone[stream].held++
			}
			only := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return streamOf(p) != stream })
			if len(only) > 0 && alone[stream].score(t, only, tr, without(all, only)) && holds(stream, tr) {
				alone[stream].named++
			}
		}
	}
	var right, runs int
	for _, stream := range []string{"manager", "messages", "capture"} {
		o, a := out[stream], alone[stream]
		right += o.right
		runs += o.right + o.open + o.wrong + o.sure
		t.Logf("without %-9s %2d right, %2d open, %2d wrong   %-9s alone: %2d right, %2d open, %2d wrong", stream, o.right, o.open, o.wrong, stream, a.right, a.open, a.wrong)
	}
	if right*100 < runs*85 {
		t.Errorf("%d of %d runs with one stream missing are right, less than 85 %%", right, runs)
	}
	for stream, a := range alone {
		t.Logf("%-9s alone names %d of the %d causes that it holds", stream, a.named, a.held)
		if a.named*100 < a.held*60 {
			t.Errorf("%s alone: less than 60 %%", stream)
		}
	}
}

// holds reports whether a stream shows a case's cause by itself, by the layer
// at which the case broke: the Manager's log says something of every failure,
// the SSM's of what reached it, the capture of what is below TLS.
func holds(stream string, tr truth) bool {
	switch stream {
	case "messages":
		return slices.Contains([]string{"auth", "backend", "system"}, tr.Layer)
	case "capture":
		return slices.Contains([]string{"tcp", "proxy"}, tr.Layer) || tr.Layer == "ip" && tr.RootCause != "wrong-host"
	}
	return tr.RootCause != "none"
}

func without(all, some []string) []string {
	var out []string
	for _, p := range all {
		if !slices.Contains(some, p) {
			out = append(out, filepath.Base(p))
		}
	}
	return out
}

// Each case with its lines cut as a terminal of that width cuts them, and with
// its files in another order.
func TestCasesCutAndShuffled(t *testing.T) {
	counts := map[string]*tally{}
	for _, path := range cases(t) {
		dir, tr := filepath.Dir(path), readTruth(t, path)
		all := inputs(t, dir)
		for _, width := range []int{80, 100, 132} {
			name := fmt.Sprintf("cut at %d columns", width)
			if counts[name] == nil {
				counts[name] = &tally{}
			}
			counts[name].score(t, cutAt(t, all, width), tr, nil)
		}
		if counts["shuffled"] == nil {
			counts["shuffled"] = &tally{}
		}
		mixed := slices.Clone(all)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		counts["shuffled"].score(t, mixed, tr, nil)
	}
	for name, c := range counts {
		t.Logf("%-20s %2d right, %2d open, %2d wrong", name, c.right, c.open, c.wrong)
	}
	if c := counts["shuffled"]; c.open+c.wrong+c.sure > 0 {
		t.Error("the order of the files changes the answer")
	}
}

// cutAt copies files with every line cut.
func cutAt(t *testing.T, paths []string, width int) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), filepath.Base(filepath.Dir(paths[0])))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(data, []byte("\n"))
		for i, l := range lines {
			lines[i] = l[:min(len(l), width)]
		}
		name := filepath.Join(dir, filepath.Base(p))
		if err := os.WriteFile(name, bytes.Join(lines, []byte("\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}
