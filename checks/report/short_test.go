package report_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/view"
)

// long is a report with more of everything than fits.
func long() report.Report {
	words := strings.Repeat("words that go on ", 30)
	f := &checks.Finding{ID: "grant-not-found", Title: words, Explanation: words, Confidence: checks.Confirmed, CouldBe: []string{words, words}}
	for range 9 {
		f.Evidence = append(f.Evidence, checks.Evidence{Source: words, Ref: event.Ref{Line: len(f.Evidence) + 1}, Text: words, Says: words})
		f.Fix = append(f.Fix, checks.FixStep{Who: checks.OwnerSSMAdmin, Do: words, Where: words, Impact: words})
	}
	r := report.Report{Diagnosis: checks.Diagnosis{Verdict: checks.Failed, Shown: -1, RootCause: f}}
	for range 40 {
		r.Notes = append(r.Notes, words)
		r.Sources = append(r.Sources, view.SourceStatus{Source: event.Source{Title: redact.Literal("file")}})
	}
	return r
}

// However much there is to say, a short report is one screen: 30 rows of the
// terminal's width, and without colours where it has none.
func TestShortIsOneScreen(t *testing.T) {
	for _, width := range []int{60, 80, 100, 300} {
		for _, colour := range []bool{false, true} {
			var b strings.Builder
			if err := report.Short(&b, long(), report.Screen{Width: width, Colour: colour}); err != nil {
				t.Fatal(err)
			}
			rows := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
			if len(rows) > 30 {
				t.Errorf("%d columns: %d rows", width, len(rows))
			}
			for _, row := range rows {
				if ansi.StringWidth(row) > width {
					t.Errorf("%d columns: a row of %d: %q", width, ansi.StringWidth(row), row)
				}
			}
			if colour != strings.Contains(b.String(), "\x1b[") {
				t.Errorf("colour %v: %q", colour, rows[0])
			}
			if !strings.Contains(rows[0], "FAIL") || !strings.Contains(rows[len(rows)-1], "-v") {
				t.Errorf("%q … %q", rows[0], rows[len(rows)-1])
			}
		}
	}
}
