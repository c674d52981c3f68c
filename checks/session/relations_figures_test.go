package session_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"syncscope/checks"
)

// count is how a relation's runs ended.
type count struct {
	Tried  int `json:"tried"`
	Same   int `json:"same"`
	Weaker int `json:"weaker"` // a broader id, or unknown
	Wrong  int `json:"wrong"`
}

func (c count) share() float64 { return float64(c.Same) / float64(max(c.Tried, 1)) }

func (c count) wrongShare() float64 { return float64(c.Wrong) / float64(max(c.Tried, 1)) }

// figures are what is committed: the whole run's counts, which only get better.
type figures struct {
	Cases          int              `json:"cases"`
	Right          int              `json:"right"`           // of the untouched cases
	RightConfirmed int              `json:"right_confirmed"` // of those
	Relations      map[string]count `json:"relations"`
}

const figuresFile = "testdata/relations.json"

func countGrades(trials []*trial, table []relation) figures {
	out := figures{Relations: map[string]count{}}
	for _, x := range trials {
		name := table[x.relation].name
		c := out.Relations[name]
		c.Tried++
		switch x.grade {
		case gradeSame:
			c.Same++
		case gradeWeaker:
			c.Weaker++
		case gradeWrong:
			c.Wrong++
		}
		out.Relations[name] = c
	}
	return out
}

// rightOf counts the untouched cases whose answer is right, and those among
// them whose cause is confirmed, and may be.
func rightOf(all []*fault, b *runner) (right, confirmed int) {
	for _, f := range all {
		v := f.base(asText, b.run).verdict
		says := cmp.Or(v.id, map[string]string{"ok": "none"}[v.word], v.word)
		if says != f.truth.RootCause && !slices.Contains(f.truth.AcceptedAlso, says) {
			continue
		}
		right++
		if v.id != "" && v.sure == checks.Confirmed && (f.truth.MaxConfidence == "" || f.truth.MaxConfidence == "confirmed") {
			confirmed++
		}
	}
	return right, confirmed
}

// printWrong prints the first runs of each relation that are wrong, and every
// run that is not the same where SYNCSCOPE_RELATION asks for some.
func printWrong(t *testing.T, trials []*trial, table []relation) {
	t.Helper()
	asked := os.Getenv("SYNCSCOPE_RELATION") != ""
	seen := map[int]int{}
	for _, x := range trials {
		if x.grade == gradeWrong || asked && x.grade == gradeWeaker {
			if seen[x.relation]++; asked || seen[x.relation] <= 2 {
				t.Logf("%s %s/%s: %s", [...]string{"same", "weaker", "wrong"}[x.grade], table[x.relation].name, x, x.why)
			}
		}
	}
}

// checkFigures compares a run's figures with the committed ones, prints both,
// and raises the committed ones if SYNCSCOPE_UPDATE is set and all was run.
func checkFigures(t *testing.T, got figures, table []relation) {
	t.Helper()
	was := committed(t)
	t.Logf("relations (weaker: a broader id at most likely, or unknown)\n%sof %d untouched cases right: %d, committed %d; right and confirmed: %d, committed %d",
		tableOf(got, was, table), got.Cases, got.Right, was.Right, got.RightConfirmed, was.RightConfirmed)
	if os.Getenv("SYNCSCOPE_RELATION") != "" {
		return // some cases alone have other figures
	}
	for _, r := range table {
		if before, known := was.Relations[r.name]; known {
			checkRelation(t, r.name, got.Relations[r.name], before)
		} else if !updating() {
			t.Errorf("%s has no committed figures: run with SYNCSCOPE_LONG=1 SYNCSCOPE_UPDATE=1", r.name)
		}
	}
	if got.Right < was.Right || got.RightConfirmed < was.RightConfirmed {
		t.Errorf("%d untouched cases are right and %d of them confirmed, they were %d and %d", got.Right, got.RightConfirmed, was.Right, was.RightConfirmed)
	}
	if updating() && wholeRun() && !t.Failed() {
		commit(t, got)
	}
}

// tableOf shows the figures of a run beside the committed and the asked ones.
func tableOf(got, was figures, table []relation) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%-42s %6s %6s %6s %6s %8s %9s %6s\n", "", "tried", "same", "weaker", "wrong", "same %", "committed", "asked")
	for _, r := range table {
		if c, some := got.Relations[r.name]; some {
			fmt.Fprintf(&out, "%-42s %6d %6d %6d %6d %7.1f%% %8.1f%% %6s\n", r.name, c.Tried, c.Same, c.Weaker, c.Wrong, 100*c.share(), 100*was.Relations[r.name].share(), percent(r.asked))
		}
	}
	return out.String()
}

func percent(share float64) string {
	if share == 0 {
		return ""
	}
	return fmt.Sprintf("%g%%", 100*share)
}

// checkRelation fails where a relation's figures are worse than the committed ones.
func checkRelation(t *testing.T, name string, got, was count) {
	t.Helper()
	if isWorse(got, was, wholeRun()) {
		t.Errorf("%s: %d of %d the same and %d wrong; committed are %.2f %% and %.2f %%", name, got.Same, got.Tried, got.Wrong, 100*was.share(), 100*was.wrongShare())
	}
}

// rareBelow is the chance below which a sample's figures are no chance: with two
// comparisons for each of some twenty relations, one run in 20,000 fails by it.
const rareBelow = 1e-6

// isWorse compares a run's figures with the committed ones. The variants of a
// case never change, so that the whole run is compared exactly; none may be left
// out. A sample with a fresh seed is compared with what chance explains: the
// committed shares are those of all variants, and a sample as bad as this one
// has to be rarer than rareBelow before it counts. So a sampled run finds a
// relation that broke, and the whole run finds a single case of it. Samples are
// fresh because code would be fitted to one that is always the same.
func isWorse(got, was count, whole bool) bool {
	if whole || got.Tried == 0 {
		return got.Tried < was.Tried || got.share() < was.share() || got.wrongShare() > was.wrongShare()
	}
	return lowerTail(got.Same, got.Tried, was.share()) < rareBelow || lowerTail(got.Tried-got.Wrong, got.Tried, 1-was.wrongShare()) < rareBelow
}

func updating() bool { return os.Getenv("SYNCSCOPE_UPDATE") == "1" }

func committed(t *testing.T) figures {
	t.Helper()
	var out figures
	data, err := os.ReadFile(figuresFile)
	if err != nil {
		if os.IsNotExist(err) && updating() {
			return out
		}
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%s: %v", figuresFile, err)
	}
	return out
}

func commit(t *testing.T, f figures) {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(f); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(figuresFile, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
