package session_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"syncscope/checks"
)

// tried is one attempt, so many seconds after noon, and what was said of it.
func tried(second int, word, id string, sure checks.Confidence) claim {
	at := time.Date(2026, 3, 4, 12, 0, second, 0, time.UTC)
	return claim{clock: "log", start: at, end: at.Add(2 * time.Second), word: word, id: id, sure: sure}
}

// said are answers whose verdict is about the last attempt.
func said(attempts ...claim) answers {
	out := answers{attempts: attempts, shown: len(attempts) - 1, verdict: claim{word: "no-attempt"}}
	if out.shown >= 0 {
		out.verdict = asVerdict(attempts[out.shown])
	}
	return out
}

// The judge says what is wrong: a harness that passes everything measures
// nothing.
func TestRelationsCanFail(t *testing.T) {
	grant := func(at int, sure checks.Confidence) claim { return tried(at, "fail", "grant-not-found", sure) }
	expired, drop := tried(0, "fail", "grant-expired", checks.Confirmed), tried(0, "fail", "firewall-drop", checks.Likely)
	fine, open := tried(60, "ok", "", 0), tried(0, "unknown", "", 0)
	moved := said(grant(0, checks.Likely))
	moved.verdict = claim{word: "ok"}
	for _, tt := range []struct {
		name        string
		want, got   answers
		exact, less grade
	}{
		{"the same", said(expired, fine), said(expired, fine), same, same},
		{"another cause", said(expired), said(drop), broken, broken},
		{"another cause of an earlier attempt", said(expired, fine), said(drop, fine), broken, broken},
		{"another verdict on the same attempts", said(grant(0, checks.Likely)), moved, broken, broken},
		{"more confident", said(grant(0, checks.Likely)), said(grant(0, checks.Confirmed)), broken, broken},
		{"less confident", said(grant(0, checks.Likely)), said(grant(0, checks.Possible)), weaker, same},
		{"a broader id, likely", said(expired), said(grant(0, checks.Likely)), weaker, weaker},
		{"a broader id, confirmed", said(expired), said(grant(0, checks.Confirmed)), broken, broken},
		{"a narrower id", said(grant(0, checks.Likely)), said(expired), broken, broken},
		{"unknown", said(expired), said(open), weaker, weaker},
		{"known where it was unknown", said(open), said(expired), broken, broken},
		{"a failure told as success", said(grant(60, checks.Likely)), said(fine), broken, broken},
		{"a success told as failure", said(fine), said(grant(60, checks.Likely)), broken, broken},
		{"an attempt lost", said(expired, fine), said(fine), broken, weaker},
		{"the last attempt lost", said(expired, fine), said(expired), broken, weaker},
		{"an attempt invented", said(fine), said(drop, fine), broken, broken},
		{"one attempt told as two", said(expired), said(expired, tried(1, "fail", "grant-expired", checks.Confirmed)), broken, same},
		{"a verdict without an attempt", said(), answers{shown: -1, verdict: expired}, broken, broken},
		{"no report", said(expired), unanswered("it cannot be read"), broken, weaker},
	} {
		for _, by := range []struct {
			terms
			want grade
		}{{sameAnswer, tt.exact}, {less, tt.less}} {
			if got, why := verdictOn(tt.want, tt.got, by.terms); got != by.want {
				t.Errorf("%s, exact %t: grade %d, want %d (%s)", tt.name, by.exact, got, by.want, why)
			}
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
		{"better", count{Tried: 1000, Same: 990, Weaker: 8, Wrong: 2}, false, false},
		{"a sample by chance", count{Tried: 100, Same: 93, Weaker: 5, Wrong: 2}, true, false},
		{"a sample that fell", count{Tried: 100, Same: 80, Weaker: 20}, true, true},
		{"a sample with wrong ones", count{Tried: 100, Same: 88, Wrong: 12}, true, true},
	} {
		if got := worse(tt.got, was, true); got != tt.whole {
			t.Errorf("%s, whole run: %t", tt.name, got)
		}
		if got := worse(tt.got, was, false); got != tt.drawn {
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
