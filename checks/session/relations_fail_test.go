package session_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"syncscope/checks"
)

// attemptAt is one attempt, so many seconds after noon, and what was said of it.
func attemptAt(second int, word, id string, sure checks.Confidence) claim {
	at := time.Date(2026, 3, 4, 12, 0, second, 0, time.UTC)
	return claim{clock: "log", start: at, end: at.Add(2 * time.Second), word: word, id: id, sure: sure}
}

// reported are answers whose verdict is about the last attempt.
func reported(attempts ...claim) answers {
	out := answers{attempts: attempts, shown: len(attempts) - 1, verdict: claim{word: "no-attempt"}}
	if out.shown >= 0 {
		out.verdict = asVerdict(attempts[out.shown])
	}
	return out
}

// The judge says what is wrong: a harness that passes everything measures
// nothing.
func TestRelationsCanFail(t *testing.T) {
	grant := func(at int, sure checks.Confidence) claim { return attemptAt(at, "fail", "grant-not-found", sure) }
	expired, drop := attemptAt(0, "fail", "grant-expired", checks.Confirmed), attemptAt(0, "fail", "firewall-drop", checks.Likely)
	fine, open := attemptAt(60, "ok", "", 0), attemptAt(0, "unknown", "", 0)
	moved := reported(grant(0, checks.Likely))
	moved.verdict = claim{word: "ok"}
	for _, tt := range []struct {
		name        string
		want, got   answers
		exact, less grade
	}{
		{"the same", reported(expired, fine), reported(expired, fine), gradeSame, gradeSame},
		{"another cause", reported(expired), reported(drop), gradeWrong, gradeWrong},
		{"another cause of an earlier attempt", reported(expired, fine), reported(drop, fine), gradeWrong, gradeWrong},
		{"another verdict on the same attempts", reported(grant(0, checks.Likely)), moved, gradeWrong, gradeWrong},
		{"more confident", reported(grant(0, checks.Likely)), reported(grant(0, checks.Confirmed)), gradeWrong, gradeWrong},
		{"less confident", reported(grant(0, checks.Likely)), reported(grant(0, checks.Possible)), gradeWeaker, gradeSame},
		{"a broader id, likely", reported(expired), reported(grant(0, checks.Likely)), gradeWeaker, gradeWeaker},
		{"a broader id, confirmed", reported(expired), reported(grant(0, checks.Confirmed)), gradeWrong, gradeWrong},
		{"a narrower id", reported(grant(0, checks.Likely)), reported(expired), gradeWrong, gradeWrong},
		{"unknown", reported(expired), reported(open), gradeWeaker, gradeWeaker},
		{"known where it was unknown", reported(open), reported(expired), gradeWrong, gradeWrong},
		{"a failure told as success", reported(grant(60, checks.Likely)), reported(fine), gradeWrong, gradeWrong},
		{"a success told as failure", reported(fine), reported(grant(60, checks.Likely)), gradeWrong, gradeWrong},
		{"an attempt lost", reported(expired, fine), reported(fine), gradeWrong, gradeWeaker},
		{"the last attempt lost", reported(expired, fine), reported(expired), gradeWrong, gradeWeaker},
		{"an attempt invented", reported(fine), reported(drop, fine), gradeWrong, gradeWrong},
		{"one attempt told as two", reported(expired), reported(expired, attemptAt(1, "fail", "grant-expired", checks.Confirmed)), gradeWrong, gradeSame},
		{"a verdict without an attempt", reported(), answers{shown: -1, verdict: expired}, gradeWrong, gradeWrong},
		{"no report", reported(expired), unanswered("it cannot be read"), gradeWrong, gradeWeaker},
	} {
		for _, by := range []struct {
			terms
			want grade
		}{{exactly, tt.exact}, {orLess, tt.less}} {
			if got, why := verdictOn(tt.want, tt.got, by.terms); got != by.want {
				t.Errorf("%s, exact %t: grade %d, want %d (%s)", tt.name, by.exact, got, by.want, why)
			}
		}
	}
}

// What the truth calls right is no wrong answer where something is missing, of the attempt
// that it is about; elsewhere, and beyond the confidence that it permits, it is.
func TestTruthOfRelations(t *testing.T) {
	grant := func(at int, sure checks.Confidence) claim { return attemptAt(at, "fail", "grant-not-found", sure) }
	expired, fine, open := attemptAt(0, "fail", "grant-expired", checks.Confirmed), attemptAt(0, "ok", "", 0), attemptAt(0, "unknown", "", 0)
	tr := truth{RootCause: "grant-expired", AcceptedAlso: []string{"wrong-grant-type"}, Without: map[string][]string{"x.txt": {"grant-not-found"}}}
	for _, tt := range []struct {
		name      string
		want, got answers
		truth     truth
		without   string
		grade     grade
	}{
		{"accepted without that file", reported(expired), reported(grant(0, checks.Confirmed)), tr, "x.txt", gradeWeaker},
		{"accepted without another file", reported(expired), reported(grant(0, checks.Confirmed)), tr, "y.txt", gradeWrong},
		{"accepted beside it", reported(expired), reported(attemptAt(0, "fail", "wrong-grant-type", checks.Likely)), tr, "", gradeWeaker},
		{"not accepted", reported(expired), reported(attemptAt(0, "fail", "disk-full", checks.Likely)), tr, "x.txt", gradeWrong},
		{"of an earlier attempt", reported(expired, attemptAt(60, "fail", "grant-expired", checks.Confirmed)), reported(grant(0, checks.Confirmed), attemptAt(60, "fail", "grant-expired", checks.Confirmed)), tr, "x.txt", gradeWrong},
		{"more than it permits", reported(open), reported(grant(0, checks.Confirmed)), truth{RootCause: "grant-not-found", MaxConfidence: "likely"}, "", gradeWrong},
		{"what it permits", reported(open), reported(grant(0, checks.Likely)), truth{RootCause: "grant-not-found", MaxConfidence: "likely"}, "", gradeWeaker},
		{"a success that is one", reported(open), reported(fine), truth{RootCause: "none"}, "", gradeWeaker},
		{"a success that is none", reported(open), reported(fine), truth{RootCause: "inconclusive"}, "", gradeWrong},
		{"more confident than with the file", reported(grant(0, checks.Likely)), reported(grant(0, checks.Confirmed)), truth{RootCause: "grant-not-found"}, "", gradeWrong},
	} {
		by := orLess
		by.right = tt.truth.allows(tt.without)
		if got, why := verdictOn(tt.want, tt.got, by); got != tt.grade {
			t.Errorf("%s: grade %d, want %d (%s)", tt.name, got, tt.grade, why)
		}
	}
}

// Figures that fall are found: exactly in a whole run, beyond chance in a sample.
func TestFiguresCanFall(t *testing.T) {
	was := count{Tried: 1000, Same: 970, Weaker: 25, Wrong: 5}
	for _, tt := range []struct {
		name         string
		got          count
		whole, drawn bool
	}{
		{"as before", was, false, false},
		{"one less", count{Tried: 1000, Same: 969, Weaker: 26, Wrong: 5}, true, false},
		{"one more wrong", count{Tried: 1000, Same: 970, Weaker: 24, Wrong: 6}, true, false},
		{"fewer variants", count{Tried: 970, Same: 970}, true, false},
		{"better", count{Tried: 1000, Same: 990, Weaker: 8, Wrong: 2}, false, false},
		{"nothing tried", count{}, true, true},
		{"a sample by chance", count{Tried: 100, Same: 93, Weaker: 5, Wrong: 2}, true, false},
		{"a sample that fell", count{Tried: 100, Same: 80, Weaker: 20}, true, true},
		{"a sample with wrong ones", count{Tried: 100, Same: 88, Wrong: 12}, true, true},
	} {
		if got := isWorse(tt.got, was, true); got != tt.whole {
			t.Errorf("%s, whole run: %t", tt.name, got)
		}
		if got := isWorse(tt.got, was, false); got != tt.drawn {
			t.Errorf("%s, sample: %t", tt.name, got)
		}
	}
}

// The broader ids are those of the list of root causes.
func TestBroaderIDs(t *testing.T) {
	data, err := os.ReadFile("../../../shared/taxonomy.md")
	if err != nil {
		t.Skip("../shared is not beside this checkout")
	}
	_, table, _ := strings.Cut(string(data), "## Broader ids")
	rows := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 || strings.Contains(line, "---") || strings.TrimSpace(cells[1]) == "broader" {
			continue
		}
		rows++
		if id, want := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2]); strings.Join(broader[id], ", ") != want {
			t.Errorf("%s: %v, the list has %s", id, broader[id], want)
		}
	}
	if rows != len(broader) {
		t.Errorf("%d rows, the list has %d", len(broader), rows)
	}
}
