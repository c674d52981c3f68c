package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Turn is whose turn it is, and to do what: one step, which begins with a verb.
type Turn struct {
	Who  Owner
	Do   string
	Asks string // the question of a message that asks for the same; "" none does
}

// AsksElsewhere is the question for which SSM it was: the log that was given covers the
// moment and has no such request.
const AsksElsewhere = "elsewhere"

// OtherSSM is the step that finds it out, where an SSM answered.
func OtherSSM() Turn {
	return Turn{OwnerSSMAdmin, "Get the log of the SSM that answered: this log has no such request (another node of the pair, or another SSM?)", AsksElsewhere}
}

// FindsSSM reports whether the step is to find out which SSM it was.
func (t Turn) FindsSSM() bool { return t.Asks == AsksElsewhere }

// Heard tells of what there is anything: it decides what to ask for next.
type Heard struct{ Manager, SSM, Packets bool }

// Sentence is the verdict in words that can be read to who waits for it.
func (d *Diagnosis) Sentence() string {
	switch {
	case d.Verdict == OK:
		return d.success()
	case d.Verdict == NoAttempt && d.CheckPassed != nil:
		return tell("No sync attempt was seen; of the checks that were run by hand none fails: {1} ({2}).", d.CheckPassed.Says, d.CheckPassed.Place())
	case d.Verdict == NoAttempt:
		return "No sync attempt was seen in what was given."
	case d.RootCause != nil && d.RootCause.About == AboutCheck && d.CheckedBy != "":
		return tell("A check, not a sync attempt: this {1} run broke at {2}. ", d.CheckedBy, d.RootCause.Stage.Label()) + d.RootCause.Title
	case d.RootCause == nil: // whatever the verdict is called
		return d.inconclusive()
	case d.RootCause.Short != "":
		return d.RootCause.Title + " " + d.RootCause.Short
	}
	return d.RootCause.Title
}

// success says what went well, and of several attempts, which one.
func (d *Diagnosis) success() string {
	a, n := d.Attempt(), d.Earlier.Attempts+len(d.Attempts)
	if a == nil || n < 2 {
		return Success(d.Attempts, d.Shown) + "."
	}
	return Success(d.Attempts, d.Shown) + tell(" (attempt {1} of {2}).", a.Number, n)
}

// tell fills values into a sentence, by their numbers in braces: each sentence stands
// whole in one place, from where it is told in other languages.
func tell(sentence string, values ...any) string {
	pairs := make([]string, 0, 2*len(values))
	for i, v := range values {
		pairs = append(pairs, fmt.Sprintf("{%d}", i+1), fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// inconclusive says how far the attempt was seen to get.
func (d *Diagnosis) inconclusive() string {
	a := d.Attempt()
	switch {
	case a == nil && d.CheckFailed != nil:
		if at := d.checkBroke(); at != "" {
			return tell("A check, not a sync attempt: this {1} run broke at {2}; {3} ({4}).", d.CheckedBy, at, d.CheckFailed.Says, d.CheckFailed.Place())
		}
		return tell("A check, not a sync attempt: this {1} run broke; {2} ({3}).", d.CheckedBy, d.CheckFailed.Says, d.CheckFailed.Place())
	case a == nil:
		return "No attempt could be told apart."
	case d.Callers > 0:
		return tell("{1} callers ask like a Manager, and did not end alike; the SSM's log does not tell which one is the Manager.", d.Callers)
	case d.Missed && a.Outcome == OutcomeOK:
		return "The last sync attempt that could be read succeeded; lines that could not be read may hold a newer one."
	case !a.Ended && a.Outcome == OutcomeUnknown:
		return "An attempt was begun, and its end was not seen."
	case d.unsettled() != "":
		if at := reached(a); at != "" {
			return tell("The attempt failed after the stage {1}; what {2} prints may tell why, and what is given of it does not tell its answer.", at, d.unsettled())
		}
		return tell("The attempt failed; what {1} prints may tell why, and what is given of it does not tell its answer.", d.unsettled())
	}
	for _, s := range a.Stages {
		if s.Status == Fail {
			at := s.Stage.Label()
			if s.Stage == HTTP && s.Basis == Inferred && a.Stages[TLS].Status == Unknown {
				at = TLS.Label() + " or " + at
			}
			return tell("The attempt broke at the stage {1} ({2}); what is there does not say why.", at, s.Detail)
		}
	}
	if a.nothingCame() {
		return "The sync ended without an error, and the SSM's answer held no licence."
	}
	if a.Outcome == OutcomeFail {
		if at := reached(a); at != "" {
			return tell("The attempt failed after the stage {1}; what is there does not name one cause.", at)
		}
		return "The attempt failed; what is there does not name one cause."
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

// checkBroke is the stage at which a command that was run by hand broke; "": none shows.
func (d *Diagnosis) checkBroke() string {
	for _, s := range d.Checked {
		if s.Status == Fail {
			return s.Stage.Label()
		}
	}
	return ""
}

// nothingCame reports whether the SSM's answer held no licence.
func (a *Attempt) nothingCame() bool {
	return len(a.Stages) > 0 && a.Outcome == OutcomeUnknown && a.Stages[Licences].Status == Warn
}

// reached is the last stage that an attempt was seen to pass; "": none.
func reached(a *Attempt) string {
	out := ""
	for _, s := range a.Stages {
		if s.Status == Pass {
			out = s.Stage.Label()
		}
	}
	return out
}

// TenantOf is whom an attempt was made for, where the attempts are not all one tenant's.
func (d *Diagnosis) TenantOf(a *Attempt) string {
	if a == nil || !slices.ContainsFunc(d.Attempts, func(o Attempt) bool { return o.Tenant != "" && o.Tenant != a.Tenant }) {
		return ""
	}
	return a.Tenant
}

// Turn is the next step. Who has nothing to do is nobody.
func (d *Diagnosis) Turn() Turn {
	switch {
	case d.Verdict == OK:
		return Turn{Who: OwnerNobody, Do: "Nothing to do."}
	case d.RootCause != nil:
		return d.RootCause.turn()
	case d.Verdict == NoAttempt && d.Heard.Manager:
		return Turn{Who: OwnerManagerAdmin, Do: "Press Sync Licenses and Refresh Devices in the Manager, then give the logs of that minute."}
	case d.Verdict == NoAttempt, d.Callers > 0:
		return Turn{Who: OwnerManagerAdmin, Do: "Give the Manager's server log (vmanage-server.log) of the time of the sync."}
	}
	return d.ask()
}

// turn is the cause's next step, which is the first of its fix where it has one.
func (f *Finding) turn() Turn {
	t := Turn{Who: f.Owner, Do: f.Next}
	if len(f.Fix) > 0 && f.Fix[0].Do == f.Next {
		t.Asks = f.Fix[0].Asks
	}
	return t
}

// ask is the step that would tell more of an attempt without a cause: the first
// source that nothing is there of, else the SSM's own words at that moment.
func (d *Diagnosis) ask() Turn {
	a := d.Attempt()
	at := ""
	if a != nil && !a.Start.Text.Text().Empty() {
		at = a.Start.Text.String()
	}
	broke := HTTP
	if a != nil && len(a.Stages) > 0 {
		broke = Broke(a.Stages)
	}
	if a != nil && a.nothingCame() {
		return Turn{Who: OwnerSSMAdmin, Do: "Look in the SSM's inventory for whether this account and virtual account hold licences."}
	}
	switch {
	case a != nil && d.Missed && a.Outcome == OutcomeOK:
		return Turn{Who: OwnerManagerAdmin, Do: "Give the lines that could not be read as the log itself: the notes name them."}
	case a != nil && !a.Ended && a.Outcome == OutcomeUnknown:
		return Turn{Who: OwnerManagerAdmin, Do: "Wait for the attempt to end: an unanswered connection takes up to two minutes to fail."}
	case d.unsettled() != "":
		return Turn{Who: OwnerManagerAdmin, Do: tell("Run {1} again, and give all that it prints.", d.unsettled())}
	case !d.Heard.Manager && at != "":
		return Turn{Who: OwnerManagerAdmin, Do: tell("Give the Manager's server log (vmanage-server.log) of {1}.", at)}
	case !d.Heard.Manager:
		return Turn{Who: OwnerManagerAdmin, Do: "Give the Manager's server log (vmanage-server.log)."}
	case broke == DNS && a.Stages[DNS].Status == Fail: // the SSM was never asked, and has nothing to tell
		return Turn{Who: OwnerManagerAdmin, Do: "Look the name up from the Manager (nslookup), and give what it prints."}
	case broke < HTTP && !d.Heard.Packets: // above, packets are encrypted
		return Turn{Who: OwnerManagerAdmin, Do: "Capture the next attempt on the Manager (tcpdump, host of the SSM), and press Sync again."}
	case a != nil && a.NotLogged && !d.Heard.Packets:
		return Turn{Who: OwnerManagerAdmin, Do: "Capture the next attempt on the Manager (tcpdump, host of the SSM), and press Sync again: the SSM's log of that moment has no such request."}
	case a != nil && a.NotLogged:
		return Turn{OwnerSSMAdmin, "Get the log of the SSM that was called: this log has no such request (another node of the pair, or another SSM?)", AsksElsewhere}
	case !d.Heard.SSM && at != "":
		return Turn{Who: OwnerSSMAdmin, Do: tell("Give the SSM's /var/log/messages of {1}.", at)}
	case !d.Heard.SSM:
		return Turn{Who: OwnerSSMAdmin, Do: "Give the SSM's /var/log/messages."}
	}
	if a != nil && a.WebServer != "" {
		return Turn{Who: OwnerSSMAdmin, Do: tell("Look in the web server's configuration for why it answers this request itself: {1}.", strconv.Quote(a.WebServer))}
	}
	if at != "" {
		return Turn{Who: OwnerSSMAdmin, Do: tell("Search the SSM's log of {1} for what its web server and its application say of this request.", at)}
	}
	return Turn{Who: OwnerSSMAdmin, Do: "Search the SSM's log for what its web server and its application say of this request."}
}
