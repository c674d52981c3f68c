package probe

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"syncscope/capture/event"
)

// Names of checks that Settle looks at.
const (
	SSMAddress   = "SSM address"
	SSMPort      = "SSM port"
	SSMClock     = "SSM clock"
	ManagerClock = "Manager clock"
	Clocks       = "clocks"
)

// owns tells whether the host has the address that the Manager calls. One that
// has not is no failure: the Manager may call it through NAT.
func owns(t Target) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		var has []string
		for _, i := range r.Owned {
			a := i.Net.Addr().Unmap()
			if a == t.Addr.Unmap() {
				return one(SSMAddress, Pass, fmt.Sprintf("%s is on %s", a, i.Name))
			}
			if !a.IsLoopback() && !a.IsLinkLocalUnicast() {
				has = append(has, a.String())
			}
		}
		const shown = 4
		switch {
		case len(r.Owned) == 0:
			return one(SSMAddress, CouldNot, understood(r))
		case !t.Addr.IsValid():
			return one(SSMAddress, CouldNot, "the address that the Manager calls is not known (use --peer ADDRESS)")
		}
		return one(SSMAddress, Warn, fmt.Sprintf("this host has not %s, which the Manager calls, but %s: another host, or NAT between", t.Addr, strings.Join(has[:min(len(has), shown)], ", ")))
	}
}

// understood is why an output tells nothing.
func understood(r event.CheckResult) string {
	if !r.Failure.Empty() {
		return r.Failure.String()
	}
	return "the answer is not understood"
}

// listens tells whether something listens where the Manager calls.
func listens(t Target) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		var at []netip.AddrPort
		for _, l := range r.Listeners {
			if l.Port() != t.Port {
				continue
			}
			if !l.Addr().IsLoopback() {
				return one(SSMPort, Pass, "listens on "+spelled(l))
			}
			at = append(at, l)
		}
		switch {
		case len(r.Listeners) == 0:
			return one(SSMPort, CouldNot, understood(r))
		case len(at) > 0:
			return one(SSMPort, Fail, "listens on "+spelled(at[0])+" only: no other host gets there")
		}
		return one(SSMPort, Fail, fmt.Sprintf("nothing listens on port %d here", t.Port))
	}
}

// spelled is a listener as people write it.
func spelled(l netip.AddrPort) string {
	if l.Addr().IsUnspecified() {
		return fmt.Sprintf("*:%d", l.Port())
	}
	return l.String()
}

// timeSource tells whether chrony keeps the clock.
func timeSource(r event.CheckResult) []Outcome {
	const name = "SSM time source"
	switch leap := r.Leap.String(); {
	case leap == "":
		return one(name, CouldNot, understood(r))
	case strings.EqualFold(leap, "Not synchronised"), strings.EqualFold(leap, "Not synchronized"):
		return one(name, Warn, "chrony is not synchronised: the clock may drift")
	case r.Drift.Abs() >= time.Second:
		return one(name, Warn, fmt.Sprintf("chrony (%s): the clock is %+.1f s from NTP's time", leap, r.Drift.Seconds()))
	default:
		return one(name, Pass, "chrony: "+leap+", "+r.TimeSource.String())
	}
}

// direct stands behind what an SSM does not reach by itself.
const direct = "; harmless where it uses a proxy, and a sync of the Manager with this SSM does not need it"

func resolves(host string) func(event.CheckResult) []Outcome {
	name := "SSM dns " + host
	return func(r event.CheckResult) []Outcome {
		switch {
		case len(r.Addrs) > 0:
			return one(name, Pass, "is "+r.Addrs[0].String())
		case r.Code == statusUnknown:
			return one(name, Warn, r.Failure.String()+direct)
		}
		return one(name, CouldNot, understood(r))
	}
}

// Statuses that a check's program ended with.
const (
	statusUnknown = 2   // getent: the name is not known
	statusFailed  = 1   // bash: the connection did not open
	statusTime    = 124 // timeout: the time was over
)

func connects(host string) func(event.CheckResult) []Outcome {
	name := "SSM tcp " + host
	return func(r event.CheckResult) []Outcome {
		switch {
		case r.Open:
			return one(name, Pass, "opens on port 443")
		case r.Code == statusTime, r.Code == statusFailed && !r.Failure.Empty():
			return one(name, Warn, r.Failure.String()+direct)
		}
		return one(name, CouldNot, understood(r))
	}
}
