package diagnose

import (
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/fact"
)

// lastGood looks back from the attempt that is shown for the last one of its
// owner that went well; nil: there is none, or none is missed.
func lastGood(d *checks.Diagnosis, traces []*attempt.Trace, cite func(*evidence.Line, string) checks.Evidence) *checks.LastGood {
	if d.Shown < 0 || d.Attempts[d.Shown].Outcome != checks.OutcomeFail || d.Attempts[d.Shown].Ambiguous {
		return nil
	}
	now, shown := traces[d.Shown], d.Attempts[d.Shown]
	g := &checks.LastGood{}
	for i := d.Shown - 1; i >= 0; i-- {
		a, t := d.Attempts[i], traces[i]
		if a.Node != shown.Node || a.Tenant != shown.Tenant {
			continue
		}
		if a.Outcome == checks.OutcomeFail && g.Other == "" && a.RootCause != "" && a.RootCause != shown.RootCause {
			g.Other, g.OtherAt = a.RootCause, a.End
		}
		if a.Outcome != checks.OutcomeOK {
			continue
		}
		if line := t.Success(); line != nil {
			g.Number, g.Time, g.Evidence = a.Number, line.At.Made(), cite(line, "it worked")
			g.Changed = changedSince(t, now, cite)
			return g
		}
	}
	return nil
}

// compared are what two attempts are held against each other by: both must show
// it for a change to be told.
var compared = []struct {
	what  string
	shows func(*evidence.Line) string
}{
	{"the client ID", attempt.Client},
	{"the client secret", attempt.Secret},
	{"the user", attempt.User},
	{"the address that the Manager calls", func(l *evidence.Line) string { return only(l, logline.TopicClientMap, l.Peer.String()) }},
	{"the proxy", func(l *evidence.Line) string { return only(l, logline.TopicProxyHost, l.Value.String()) }},
	{"the reporting mode", func(l *evidence.Line) string { return only(l, logline.TopicMode, l.Value.String()) }},
}

// only is a value of lines of one topic.
func only(l *evidence.Line, topic logline.Topic, value string) string {
	if l.Topic != topic || l.Cut {
		return ""
	}
	return value
}

func changedSince(then, now *attempt.Trace, cite func(*evidence.Line, string) checks.Evidence) []checks.Change {
	var out []checks.Change
	for _, c := range compared {
		was, _ := firstThat(then, c.shows)
		is, line := firstThat(now, c.shows)
		if was != "" && is != "" && !fact.SameToken(was, is) {
			out = append(out, checks.Change{What: c.what, Evidence: cite(line, c.what+" now")})
		}
	}
	return out
}

// firstThat is the first value that an attempt's lines show, and its line.
func firstThat(t *attempt.Trace, shows func(*evidence.Line) string) (string, *evidence.Line) {
	for _, l := range t.Entries() {
		if v := shows(l); v != "" {
			return v, l
		}
	}
	return "", nil
}
