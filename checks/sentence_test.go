package checks

import (
	"strings"
	"testing"
)

// Every verdict has a sentence and a step, whatever it is of; the step of one without
// a cause asks for what is not there, and never for what is.
func TestSentenceAndTurn(t *testing.T) {
	at := func(failed Stage) []Attempt {
		stages := UnknownStages()
		for s := range failed {
			stages[s].Status = Pass
		}
		stages[failed].Status = Fail
		return []Attempt{{Number: 1, Ended: true, Outcome: OutcomeFail, Stages: stages}}
	}
	all := Heard{Manager: true, SSM: true, Packets: true}
	for name, tt := range map[string]struct {
		d    Diagnosis
		who  Owner
		asks string
	}{
		"ok":                       {Diagnosis{Verdict: OK, Shown: 0, Attempts: []Attempt{{Number: 1}}}, OwnerNobody, "Nothing"},
		"nothing was given":        {Diagnosis{Verdict: NoAttempt, Shown: -1}, OwnerManagerAdmin, "Give the Manager's server log"},
		"the Manager did nothing":  {Diagnosis{Verdict: NoAttempt, Shown: -1, Heard: all}, OwnerManagerAdmin, "Press Sync"},
		"no log of the Manager":    {Diagnosis{Verdict: Inconclusive, Attempts: at(Auth), Heard: Heard{SSM: true}}, OwnerManagerAdmin, "Give the Manager's server log"},
		"no log of the SSM":        {Diagnosis{Verdict: Inconclusive, Attempts: at(Auth), Heard: Heard{Manager: true}}, OwnerSSMAdmin, "Give the SSM's /var/log/messages"},
		"no packets, broke at tls": {Diagnosis{Verdict: Inconclusive, Attempts: at(TLS), Heard: Heard{Manager: true, SSM: true}}, OwnerManagerAdmin, "Capture"},
		"an answer that is open":   {Diagnosis{Verdict: Inconclusive, Attempts: at(Auth), Heard: Heard{Manager: true, SSM: true}}, OwnerSSMAdmin, "Search the SSM's log"},
		"callers that differ":      {Diagnosis{Verdict: Inconclusive, Callers: 2, Attempts: at(Auth), Heard: all}, OwnerManagerAdmin, "Give the Manager's server log"},
		"it still runs":            {Diagnosis{Verdict: Inconclusive, Attempts: []Attempt{{Number: 1}}, Heard: all}, OwnerManagerAdmin, "Wait"},
		"a cause":                  {Diagnosis{Verdict: Failed, Attempts: at(Auth), RootCause: &Finding{Owner: OwnerDNS, Title: "It broke.", Next: "Mend it"}}, OwnerDNS, "Mend it"},
	} {
		turn := tt.d.Turn()
		if turn.Who != tt.who || !strings.HasPrefix(turn.Do, tt.asks) {
			t.Errorf("%s: %s, %q", name, turn.Who.Label(), turn.Do)
		}
		if s := tt.d.Sentence(); !strings.HasSuffix(s, ".") {
			t.Errorf("%s: %q is no sentence", name, s)
		}
	}
}
