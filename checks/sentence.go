package checks

import (
	"fmt"
	"strings"
)

// Turn is whose turn it is, and to do what: one step, which begins with a verb.
type Turn struct {
	Who Owner
	Do  string
}

// otherSSM begins the step to find out which SSM it was: the log that was given covers
// the moment and has no such request.
const otherSSM = "Get the log of the SSM that "

// OtherSSM is that step, for the SSM that did something: "answered".
func OtherSSM(did string) Turn {
	return Turn{OwnerSSMAdmin, otherSSM + did + ": this log has no such request (another node of the pair, or another SSM?)"}
}

// FindsSSM reports whether the step is to find out which SSM it was.
func (t Turn) FindsSSM() bool { return strings.HasPrefix(t.Do, otherSSM) }

// Heard tells of what there is anything: it decides what to ask for next.
type Heard struct{ Manager, SSM, Packets bool }

// Sentence is the verdict in words that can be read to who waits for it.
func (d *Diagnosis) Sentence() string {
	switch {
	case d.Verdict == OK:
		return Success(d.Attempts, d.Shown) + d.of() + "."
	case d.Verdict == NoAttempt && d.CheckPassed != nil:
		return "No sync attempt was seen; of the checks that were run by hand none fails: " + d.CheckPassed.Says + " (" + d.CheckPassed.Place() + ")."
	case d.Verdict == NoAttempt:
		return "No sync attempt was seen in what was given."
	case d.RootCause != nil && d.RootCause.About == AboutCheck && d.CheckedBy != "":
		return "A check, not a sync attempt: this " + d.CheckedBy + " run broke at " + d.RootCause.Stage.Label() + ". " + d.RootCause.Title
	case d.RootCause == nil: // whatever the verdict is called
		return d.inconclusive()
	case d.RootCause.Short != "":
		return d.RootCause.Title + " " + d.RootCause.Short
	}
	return d.RootCause.Title
}

// of says which attempt of several the verdict is of.
func (d *Diagnosis) of() string {
	a, n := d.Attempt(), d.Earlier.Attempts+len(d.Attempts)
	if a == nil || n < 2 {
		return ""
	}
	return fmt.Sprintf(" (attempt %d of %d)", a.Number, n)
}

// inconclusive says how far the attempt was seen to get.
func (d *Diagnosis) inconclusive() string {
	a := d.Attempt()
	switch {
	case a == nil && d.CheckFailed != nil:
		return "A check, not a sync attempt: this " + d.CheckedBy + " run broke" + d.checkBroke() + "; " + d.CheckFailed.Says + " (" + d.CheckFailed.Place() + ")."
	case a == nil:
		return "No attempt could be told apart."
	case d.Callers > 0:
		return fmt.Sprintf("%d callers ask like a Manager, and did not end alike; the SSM's log does not tell which one is the Manager.", d.Callers)
	case d.Missed && a.Outcome == OutcomeOK:
		return "The last sync attempt that could be read succeeded; lines that could not be read may hold a newer one."
	case !a.Ended && a.Outcome == OutcomeUnknown:
		return "An attempt was begun, and its end was not seen."
	case d.unsettled() != "":
		return "The attempt failed" + reached(a) + "; what " + d.unsettled() + " prints may tell why, and what is given of it does not tell its answer."
	}
	for _, s := range a.Stages {
		if s.Status == Fail {
			at := s.Stage.Label()
			if s.Stage == HTTP && s.Basis == Inferred && a.Stages[TLS].Status == Unknown {
				at = TLS.Label() + " or " + at
			}
			return fmt.Sprintf("The attempt broke at the stage %s (%s); what is there does not say why.", at, s.Detail)
		}
	}
	if a.nothingCame() {
		return "The sync ended without an error, and the SSM's answer held no licence."
	}
	if a.Outcome == OutcomeFail {
		return "The attempt failed" + reached(a) + "; what is there does not name one cause."
	}
	return "The attempt's end was not seen."
}

// unsettled is the command whose answer would settle which cause it is; "": none.
func (d *Diagnosis) unsettled() string {
	for i := range d.Findings {
		if c := d.Findings[i].Unsettled; c != "" {
			return c
		}
	}
	return ""
}

// checkBroke says at which stage a command that was run by hand broke.
func (d *Diagnosis) checkBroke() string {
	for _, s := range d.Checked {
		if s.Status == Fail {
			return " at " + s.Stage.Label()
		}
	}
	return ""
}

// nothingCame reports whether the SSM's answer held no licence.
func (a *Attempt) nothingCame() bool {
	return len(a.Stages) > 0 && a.Outcome == OutcomeUnknown && a.Stages[Licences].Status == Warn
}

// reached says how far an attempt was seen to get.
func reached(a *Attempt) string {
	out := ""
	for _, s := range a.Stages {
		if s.Status == Pass {
			out = " after the stage " + s.Stage.Label()
		}
	}
	return out
}

// Turn is the next step. Who has nothing to do is nobody.
func (d *Diagnosis) Turn() Turn {
	switch {
	case d.Verdict == OK:
		return Turn{OwnerNobody, "Nothing to do."}
	case d.RootCause != nil:
		return Turn{d.RootCause.Owner, d.RootCause.Next}
	case d.Verdict == NoAttempt && d.Heard.Manager:
		return Turn{OwnerManagerAdmin, "Press Sync Licenses and Refresh Devices in the Manager, then give the logs of that minute."}
	case d.Verdict == NoAttempt, d.Callers > 0:
		return Turn{OwnerManagerAdmin, "Give the Manager's server log (vmanage-server.log) of the time of the sync."}
	}
	return d.ask()
}

// ask is the step that would tell more of an attempt without a cause: the first
// source that nothing is there of, else the SSM's own words at that moment.
func (d *Diagnosis) ask() Turn {
	a := d.Attempt()
	at := ""
	if a != nil && !a.Start.Text.Text().Empty() {
		at = " of " + a.Start.Text.String()
	}
	broke := HTTP
	if a != nil && len(a.Stages) > 0 {
		broke = Broke(a.Stages)
	}
	if a != nil && a.nothingCame() {
		return Turn{OwnerSSMAdmin, "Look in the SSM's inventory for whether this account and virtual account hold licences."}
	}
	switch {
	case a != nil && d.Missed && a.Outcome == OutcomeOK:
		return Turn{OwnerManagerAdmin, "Give the lines that could not be read as the log itself: the notes name them."}
	case a != nil && !a.Ended && a.Outcome == OutcomeUnknown:
		return Turn{OwnerManagerAdmin, "Wait for the attempt to end: an unanswered connection takes up to two minutes to fail."}
	case d.unsettled() != "":
		return Turn{OwnerManagerAdmin, "Run " + d.unsettled() + " again, and give all that it prints."}
	case !d.Heard.Manager:
		return Turn{OwnerManagerAdmin, "Give the Manager's server log (vmanage-server.log)" + at + "."}
	case broke == DNS && a.Stages[DNS].Status == Fail: // the SSM was never asked, and has nothing to tell
		return Turn{OwnerManagerAdmin, "Look the name up from the Manager (nslookup), and give what it prints."}
	case broke < HTTP && !d.Heard.Packets: // above, packets are encrypted
		return Turn{OwnerManagerAdmin, "Capture the next attempt on the Manager (tcpdump, host of the SSM), and press Sync again."}
	case a != nil && a.NotLogged && !d.Heard.Packets:
		return Turn{OwnerManagerAdmin, "Capture the next attempt on the Manager (tcpdump, host of the SSM), and press Sync again: the SSM's log of that moment has no such request."}
	case a != nil && a.NotLogged:
		t := OtherSSM("was called")
		return Turn{t.Who, t.Do + "."}
	case !d.Heard.SSM:
		return Turn{OwnerSSMAdmin, "Give the SSM's /var/log/messages" + at + "."}
	}
	if a != nil && a.WebServer != "" {
		return Turn{OwnerSSMAdmin, fmt.Sprintf("Look in the web server's configuration for why it answers this request itself: %q.", a.WebServer)}
	}
	return Turn{OwnerSSMAdmin, "Search the SSM's log" + at + " for what its web server and its application say of this request."}
}
