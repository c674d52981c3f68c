package fact

import (
	"slices"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/attempt"
)

// The facts of this file tell what was given, whatever it shows: nobody is asked
// for what is there already.

// filter is the fact that a capture took packets of a kind: its filter names one of
// words, or such packets are there.
func filter(words []string, taken func(*attempt.View) []event.Meta) Fact {
	return func(v *attempt.View, _ *attempt.Trace) []checks.Evidence {
		for _, c := range v.Captures {
			if takes(c.Filter.String(), words) {
				return []checks.Evidence{v.Cite(c.Meta, "capture: its filter takes "+words[0])}
			}
		}
		for _, m := range taken(v) {
			return []checks.Evidence{v.Cite(m, "capture: it has "+words[0])}
		}
		return nil
	}
}

// takes reports whether a filter names one of words.
func takes(filter string, words []string) bool {
	blanks := strings.NewReplacer("(", " ", ")", " ", "'", " ", `"`, " ")
	filter = " " + strings.Join(strings.Fields(blanks.Replace(filter)), " ") + " "
	named := func(w string) bool { return strings.Contains(filter, " "+w+" ") }
	return slices.ContainsFunc(words, named)
}

// metas are the origins of events.
func metas[E any](events []E, meta func(E) event.Meta) []event.Meta {
	out := make([]event.Meta, len(events))
	for i, e := range events {
		out[i] = meta(e)
	}
	return out
}

func icmpTaken(v *attempt.View) []event.Meta {
	return metas(v.ICMP, func(u *event.Unreachable) event.Meta { return u.Meta })
}

func arpTaken(v *attempt.View) []event.Meta {
	return metas(v.ARP, func(n *event.Neighbour) event.Meta { return n.Meta })
}

func dnsTaken(v *attempt.View) []event.Meta {
	return metas(v.DNS, func(d *event.DNSAnswer) event.Meta { return d.Meta })
}

// outputs are the commands that facts are read from which are proofs by themselves.
var outputs = map[string]cliout.Check{
	"manager-too-old": cliout.ShowVersion, "services-down": cliout.NMSStatus,
	"grant-type-listed": cliout.Toolkit, "grant-expired-listed": cliout.Toolkit, "grant-other-creator": cliout.Toolkit,
}

// Lost gives the command that a fact is read from, where its output was given and holds
// no answer: whether the fact is so is not known then. false: it is not lost.
func Lost(v *attempt.View, name string) (command string, lost bool) {
	check := outputs[name]
	for _, r := range v.Results {
		switch {
		case check == cliout.CheckUnknown, v.Names.Away(r):
		case check == cliout.ShowVersion && r.Release != (cliout.Release{}) && r.Release.Less(firstOnPrem) && !v.Names.IsManager(r):
			command, lost = r.Command(), true // it may be the Manager's release, or another device's, or another number
		case r.Check == check && r.Told(), check == cliout.ShowVersion && r.Release != (cliout.Release{}):
			return "", false
		case r.Check == check:
			command, lost = r.Command(), true
		}
	}
	return command, lost
}

// captured: the attempt's connection was captured from its first packet on.
func captured(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || t.Conn.MidStream {
		return nil
	}
	return []checks.Evidence{v.CitePacket(&t.Conn.First, "capture: the attempt's connection")}
}

// chainShown: the certificates that the server sends were seen.
func chainShown(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, c := range chains(v, t) {
		return []checks.Evidence{c[0].cite("the server's certificate")}
	}
	return nil
}

// ssmCovers: the SSM's log has lines of the attempt's time.
func ssmCovers(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	switch r := t.LastRequest(); {
	case r != nil:
		return []checks.Evidence{v.CiteLine(r.All()[0], "SSM: its log has the request")}
	case len(t.Lines) > 0 && v.Lines.SSM.Covers(t.Window(v.Axis)):
		return []checks.Evidence{v.CiteLine(t.Lines[0], "the SSM's log has lines of this time")}
	}
	return nil
}
