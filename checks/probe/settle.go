package probe

import (
	"fmt"
	"slices"
	"time"
)

// Settle looks at outcomes together: what one check found may explain another.
func Settle(all []Outcome) []Outcome {
	settlePing(all)
	settlePort(all)
	settlePair(all)
	return append(all, clocks(all)...)
}

func passes(all []Outcome, name string) bool {
	return slices.ContainsFunc(all, func(o Outcome) bool { return o.Name == name && o.Status == Pass })
}

// settlePing: a ping that is not answered says nothing where TCP opens.
func settlePing(all []Outcome) {
	for i, o := range all {
		if o.Name == "ping" && o.Status == Warn && passes(all, "tcp") {
			all[i].Status, all[i].Detail = Pass, "not answered, and TCP opens: ping is blocked, which is harmless"
		}
	}
}

// settlePort: where the Manager gets to the port, a packet filter hands on what
// no program of the host listens to.
func settlePort(all []Outcome) {
	for i, o := range all {
		if o.Name == SSMPort && o.Status == Fail && passes(all, "tcp") && !passes(all, SSMPort) {
			all[i].Status, all[i].Detail = Warn, o.Detail+", and the Manager's connection opens: a packet filter hands it on, or another host answers"
		}
	}
}

// settlePair names the one of two SSMs that has the called address. What the
// other one listens to does not matter then.
func settlePair(all []Outcome) {
	owner := ""
	for _, o := range all {
		if o.Name == SSMAddress && o.Status == Pass && o.Host != "" {
			owner = o.Host
		}
	}
	if owner == "" {
		return
	}
	for i, o := range all {
		switch {
		case o.Name == SSMAddress && o.Host == owner:
			all[i].Detail += ": this is the one of the pair that the Manager calls"
		case o.Name == SSMAddress && o.Status == Warn:
			all[i].Status, all[i].Detail = NotNeeded, "the Manager calls "+owner+", which has the address"
		case o.Name == SSMPort && o.Status == Fail && o.Host != owner:
			all[i].Status, all[i].Detail = NotNeeded, o.Detail+"; the Manager calls "+owner
		}
	}
}

// clocks compares the Manager's clock with each SSM's.
func clocks(all []Outcome) []Outcome {
	var out []Outcome
	m := slices.IndexFunc(all, func(o Outcome) bool { return o.Name == ManagerClock && o.Clock != nil })
	for _, o := range all {
		if o.Name != SSMClock || !slices.ContainsFunc(all, func(o Outcome) bool { return o.Name == ManagerClock }) {
			continue
		}
		c := Outcome{Name: Clocks, Host: o.Host, Status: CouldNot, Detail: "one of the two was not read"}
		if m >= 0 && o.Clock != nil {
			d := (*all[m].Clock - *o.Clock).Round(time.Second)
			c.Status, c.Detail = Pass, fmt.Sprintf("the Manager's minus the SSM's: %+.0f s, to some seconds", d.Seconds())
			if d.Abs() >= far {
				c.Status = Warn
			}
		}
		out = append(out, c)
	}
	return out
}
