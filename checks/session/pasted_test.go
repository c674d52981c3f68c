package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// caseText is a file of a case; the test is skipped where the cases are not there.
func caseText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../../shared/cases/" + name)
	if err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	return string(text)
}

// pastedText is what is said of a text that somebody pasted.
func pastedText(t *testing.T, text string) report.Report {
	t.Helper()
	name := filepath.Join(t.TempDir(), "paste.txt")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := offline.Analyze(t.Context(), []string{name}, options(t))
	if err != nil {
		return report.Report{Notes: []string{err.Error()}}
	}
	return r
}

// answered is an answer with how sure it is.
func answered(d checks.Diagnosis) string {
	if d.RootCause == nil {
		return answer(d)
	}
	return answer(d) + " " + d.RootCause.Confidence.String()
}

// A number among words is no release: it says nothing of what is pasted with it.
func TestNumbersBesidePastes(t *testing.T) {
	for _, name := range []string{"grant-not-found/vmanage-server.log", "nginx-502-backend-down/messages", "syn-dropped/tcpdump.txt", "ok-tls13/vmanage-server.log"} {
		text := caseText(t, name)
		want := answered(pastedText(t, text).Diagnosis)
		for _, number := range []string{"10.106.66.55", "172.16.1.9", "8.20.2304", "1.2.3"} {
			for _, pasted := range []string{number + "\n\n" + text, "the SSM is\n" + number + "\n" + text, text + "\n" + number + "\n", "Bob  9:02 AM\n" + number + "\n\nJane  9:03 AM\n" + text} {
				if got := answered(pastedText(t, pasted).Diagnosis); got != want {
					t.Errorf("%s with %q: %s, alone %s", name, strings.SplitN(pasted, "\n", 3)[:2], got, want)
				}
			}
		}
	}
	if d := pastedText(t, "Hi all,\nthe SSM is at\n10.106.66.55\nand the sync fails.\n").Diagnosis; d.RootCause != nil {
		t.Errorf("prose: %s", answered(d))
	}
	if got := answered(pastedText(t, "20.6.3\n").Diagnosis); got != "manager-too-old likely" {
		t.Errorf("a release without its command: %s", got)
	}
}
