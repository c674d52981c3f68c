package session_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/rule"
	"syncscope/checks/session/offline"
)

// variant is one changed input of a case.
type variant struct {
	label string
	base  form // the untouched input that it is compared with
	make  func() []file
}

// relation is one thing that holds, or should, between the answers to an
// untouched input and to a changed one.
type relation struct {
	name  string
	asked float64 // the share of same answers that is wanted; 0: none is named
	terms
	sample   int // how many variants of all cases a sampled run tries
	variants func(*fault) []variant
}

// trial is one variant of one case, to be run.
type trial struct {
	relation int
	fault    *fault
	variant
	grade grade
	why   string
}

func (x *trial) String() string { return x.fault.name + ": " + x.label }

// runner runs inputs; its folder is where they are written.
type runner struct {
	dir   string
	rules []rule.Rule
	runs  atomic.Int64
}

// run is what the program says of some files, given in that order.
func (b *runner) run(files []file) (out answers) {
	defer func() {
		if p := recover(); p != nil {
			out = unanswered("panic: ", p)
		}
	}()
	if len(files) == 0 {
		return unanswered("no file is left")
	}
	dir := filepath.Join(b.dir, strconv.FormatInt(b.runs.Add(1), 10))
	defer os.RemoveAll(dir)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return unanswered(err)
	}
	var paths []string
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, f.data, 0o600); err != nil {
			return unanswered(err)
		}
		paths = append(paths, path)
	}
	r, err := offline.Analyze(context.Background(), paths, offline.Options{Gate: redact.New(), Rules: b.rules, Version: "test"})
	if err != nil {
		return unanswered(err)
	}
	if i := slices.IndexFunc(citations(r.Diagnosis), unplaced); i >= 0 {
		return unanswered("no place is cited for ", citations(r.Diagnosis)[i].Says)
	}
	return answersOf(r)
}

// all runs trials on as many goroutines as there are cores.
func (b *runner) all(trials []*trial, table []relation) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(trials) {
					return
				}
				x := trials[i]
				by := table[x.relation].terms
				files := x.make()
				by.right = x.fault.truth.allows(leftOut(x.fault.in(x.base), files))
				x.grade, x.why = verdictOn(x.fault.base(x.base, b.run), b.run(files), by)
			}
		})
	}
	workers.Wait()
}

// wholeRun reports whether every variant is run; else a sample is.
func wholeRun() bool {
	return os.Getenv("SYNCSCOPE_LONG") != "" || os.Getenv("SYNCSCOPE_RELATION") != ""
}

// chooseTrials are the trials of a run: all, those whose "relation/case: label"
// SYNCSCOPE_RELATION matches, or a sample drawn with the seed. The variants of
// a case are always the same ones: the seed says which are drawn.
func chooseTrials(t *testing.T, table []relation, all []*fault, seed uint64) []*trial {
	t.Helper()
	only, err := regexp.Compile(os.Getenv("SYNCSCOPE_RELATION"))
	if err != nil {
		t.Fatal(err)
	}
	var out []*trial
	for i, r := range table {
		var mine []*trial
		for _, f := range all {
			for _, v := range r.variants(f) {
				x := &trial{relation: i, fault: f, variant: v}
				if only.MatchString(r.name + "/" + x.String()) {
					mine = append(mine, x)
				}
			}
		}
		if !wholeRun() {
			rnd := rand.New(rand.NewPCG(seed, uint64(i)))
			rnd.Shuffle(len(mine), func(a, b int) { mine[a], mine[b] = mine[b], mine[a] })
			mine = mine[:min(len(mine), r.sample)]
		}
		out = append(out, mine...)
	}
	return out
}

// seedOf is SYNCSCOPE_SEED, or a fresh one.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("SYNCSCOPE_SEED")
	if text == "" {
		return rand.Uint64()
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal("SYNCSCOPE_SEED: ", err)
	}
	return seed
}

// What holds between two inputs that differ by something that should not
// matter, or by something that is missing, holds no less often than it did.
// A sample is run for every change; SYNCSCOPE_LONG=1 runs every variant, and
// SYNCSCOPE_UPDATE=1 then raises the committed figures. SYNCSCOPE_SEED draws a
// sample again. SYNCSCOPE_RELATION, a pattern of "relation/case: label" as they
// are printed, runs all that match, tells each that is not the same, and
// compares nothing.
func TestRelations(t *testing.T) {
	rules, err := loadRules()
	if err != nil {
		t.Fatal(err)
	}
	all, table, seed, began := faults(t), relations, seedOf(t), time.Now()
	b := &runner{dir: t.TempDir(), rules: rules}
	trials := chooseTrials(t, table, all, seed)
	b.all(trials, table)
	got := countGrades(trials, table)
	got.Cases = len(all)
	got.Right, got.RightConfirmed = rightOf(all, b)
	t.Logf("SYNCSCOPE_SEED=%d: %d runs of %d cases in %s", seed, b.runs.Load(), len(all), time.Since(began).Round(time.Second))
	printWrong(t, trials, table)
	checkFigures(t, got, table)
}
