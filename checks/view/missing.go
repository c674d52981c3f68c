package view

import (
	"fmt"
	"slices"
	"strings"

	"syncscope/capture/event"
	"syncscope/checks"
)

// Missing is something that a firmer verdict would take and that is not there: not
// captured, not read, not checked. That is never the same as absent.
type Missing struct {
	What string // "tcpdump of vmanage-1: not read: it was refused"
	Next string // what to do about it; "" is what What says itself
}

// Missing lists what is missing for a firm verdict, the most telling first. A
// success takes no more proof.
func (u *Update) Missing() []Missing {
	var out []Missing
	if u.Verdict != checks.OK {
		for _, f := range u.causes() {
			for _, m := range f.Missing {
				out = append(out, Missing{What: m})
			}
		}
		out = append(append(append(out, u.unread()...), u.uncaptured()...), u.unknown()...)
	}
	out = append(out, u.unchecked()...)
	if u.Dropped > 0 {
		out = append(out, Missing{fmt.Sprintf("%d rows came faster than the screen takes them and are not in the panes", u.Dropped), "none of them is missing in the diagnosis"})
	}
	if u.Forgotten > 0 {
		out = append(out, Missing{fmt.Sprintf("%d of the oldest lines and connections are no longer held, so older attempts may be incomplete", u.Forgotten), "the last attempt is what counts"})
	}
	return slices.CompactFunc(out, func(a, b Missing) bool { return a == b })
}

// causes are the root cause, or what may be one.
func (u *Update) causes() []checks.Finding {
	if u.RootCause != nil {
		return []checks.Finding{*u.RootCause}
	}
	var out []checks.Finding
	for _, f := range u.Findings {
		if f.Severity == checks.Critical {
			out = append(out, f)
		}
	}
	return out
}

// unread are the streams that are not there.
func (u *Update) unread() []Missing {
	var out []Missing
	for _, s := range u.Sources {
		name := s.Source.Name()
		what, next := Hinted(s.Detail)
		switch s.State {
		case event.Refused:
			not := ": not read: "
			if s.Read() {
				not = ": not read any more: "
			}
			out = append(out, Missing{name + not + what, next})
		case event.Lost:
			out = append(out, Missing{name + ": not read since the link was lost", "it is made again by itself; what was written meanwhile is read then"})
		}
	}
	return out
}

// unchecked are the active checks that could not run: that is no failure.
func (u *Update) unchecked() []Missing {
	var out []Missing
	for _, c := range u.Checks {
		if c.Status == "could-not-check" {
			what, next := Hinted(c.Detail)
			out = append(out, Missing{"check " + c.Name + ": could not be made: " + what, next})
		}
	}
	return out
}

// uncaptured is what no packet tells of the attempt on the ladder.
func (u *Update) uncaptured() []Missing {
	a := u.Attempt()
	if a == nil {
		return nil
	}
	level, captured := u.level()
	tcp, tls := a.Stages[checks.TCP], a.Stages[checks.TLS]
	switch {
	case !captured || tcp.Basis == checks.Seen && tls.Basis == checks.Seen:
	case tcp.Basis != checks.Seen && a.History:
		return []Missing{{"packets of this attempt: not captured, it is from before the capture began", "press Sync once more while this runs"}}
	case tcp.Basis == checks.Seen && level == event.LevelText && u.aboutTLS():
		return []Missing{{"SNI, certificates and HTTP: not captured, at 128 bytes a packet as text they cannot be", "live --pcap, where a shell of the Manager may capture"}}
	}
	return nil
}

// level is how much of a packet is captured best.
func (u *Update) level() (best event.Level, any bool) {
	for _, s := range u.Sources {
		if s.Source.Kind.HasPackets() && s.State != event.Refused {
			best, any = max(best, s.Source.Level), true
		}
	}
	return best, any
}

// aboutTLS reports whether what TLS or HTTP said could change the verdict.
func (u *Update) aboutTLS() bool {
	return u.RootCause == nil || u.RootCause.Confidence < checks.Confirmed && u.RootCause.Stage >= checks.Proxy && u.RootCause.Stage <= checks.HTTP
}

// unknown are the stages before the end that nothing is known of.
func (u *Update) unknown() []Missing {
	a := u.Attempt()
	if a == nil {
		return nil
	}
	end := checks.Broke(a.Stages)
	var names []string
	for _, s := range a.Stages[:end] {
		if s.Status == checks.Unknown {
			names = append(names, s.Stage.Label())
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []Missing{{strings.Join(names, ", ") + ": nothing was seen of it, which does not say that it went well", "r runs the checks, which tell how it is now"}}
}

// Hinted splits a text of ours, "object: what (what to do)".
func Hinted(s string) (what, hint string) {
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") {
		return s[:i], s[i+2 : len(s)-1]
	}
	return s, ""
}
