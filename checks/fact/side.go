package fact

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
)

// soon is how long before its end a certificate is worth a word.
const soon = 30 * 24 * time.Hour

// expiresSoon compares the certificate that openssl showed with the newest
// date in the logs: the engine has no clock.
func expiresSoon(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, r := range v.Outputs(t) {
		if r.Check != cliout.OpenSSL || v.Newest.IsZero() {
			continue
		}
		for i, l := range r.Lines {
			_, end, ok := strings.Cut(l.String(), "NotAfter: ")
			if !ok {
				continue
			}
			t, err := time.Parse("Jan _2 15:04:05 2006 MST", strings.TrimSpace(end))
			if left := t.Sub(v.Newest); err == nil && left > 0 && left < soon {
				return []checks.Evidence{v.CiteResult(r, i, fmt.Sprintf("%d days", int(left.Hours()/24)))}
			}
			break // the first is the server's own
		}
	}
	return nil
}

// otherHost: the capture is about an address that the Manager does not call,
// and has no packet of the attempt.
func otherHost(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if v.Started == nil || !v.Started.Peer.IsValid() || t.Conn != nil || len(t.Lines) == 0 {
		return nil
	}
	peer, line := t.Lines.Peer()
	called := v.Addrs(peer.Host)
	if line == nil || len(called) == 0 || slices.Contains(called, v.Started.Peer) {
		return nil
	}
	return []checks.Evidence{
		v.Cite(v.Started.Meta, "capture: its filter is about "+v.Started.Peer.String()),
		v.CiteLine(line, "Manager: calls "+called[0].String()),
	}
}

// blind: the log shows an attempt that must have sent packets, the capture of
// that time has none.
func blind(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if v.Started == nil || len(t.Lines) == 0 || t.Conn != nil || otherHost(v, t) != nil || len(v.Conns) > 0 {
		return nil
	}
	if !heardHTTP(t) && t.Find(logline.TopicAuthenticated) == nil {
		return nil
	}
	return []checks.Evidence{v.Cite(v.Started.Meta, "capture: no packet of the attempt"), v.CiteLine(t.Lines[0], "Manager: the attempt")}
}

// cutListing: the listing lost lengths, so what was sent is not known.
func cutListing(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || !t.Conn.Trouble.Blind {
		return nil
	}
	return []checks.Evidence{v.CitePacket(&t.Conn.Last, "capture: lines that end before their length")}
}

// logFull: the disk that a log is on takes no line.
func logFull(v *attempt.View, _ *attempt.Trace) (out []checks.Evidence) {
	for _, id := range slices.Sorted(maps.Keys(v.Full)) {
		out = append(out, v.Cite(v.Full[id].Meta, "the disk of the "+whose(v.Sources[id].Kind)+"'s log has no free block"))
	}
	return out
}

func whose(k event.Kind) string {
	if k == event.ManagerLog {
		return "Manager"
	}
	return "SSM"
}

func dropsSeen(v *attempt.View, _ *attempt.Trace) []checks.Evidence {
	for _, f := range v.Footers {
		if f.Dropped > 0 {
			return []checks.Evidence{v.Cite(f.Meta, fmt.Sprintf("%d packets", f.Dropped))}
		}
	}
	return nil
}

// oldTLS is the newest version that is not to be used any more (RFC 8996).
const oldTLS = 0x0302

func weakTLS(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if c := t.Conn; c != nil && c.TLS.Version.Is() != 0 && c.TLS.Version.Is() <= oldTLS {
		return []checks.Evidence{v.CitePacket(&c.Finished, "capture: "+checks.TLSVersion(c.TLS.Version.Is()))}
	}
	for _, r := range v.Outputs(t) {
		for i, l := range r.Lines {
			if r.Check == cliout.OpenSSL && (strings.HasPrefix(l.String(), "New, TLSv1, ") || strings.HasPrefix(l.String(), "New, TLSv1.0, ") || strings.HasPrefix(l.String(), "New, TLSv1.1, ") || strings.HasPrefix(l.String(), "New, SSLv3")) {
				return []checks.Evidence{v.CiteResult(r, i, "openssl: "+l.String())}
			}
		}
	}
	return nil
}

// oneNode: this node's last attempt failed, another node's went well.
func oneNode(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, o := range v.LastTraces {
		if o.Node != t.Node && o.Node != "" && t.Node != "" && o.Done != nil && t.Failed != nil {
			return []checks.Evidence{v.CiteLine(t.Failed, "node "+t.Node+" failed"), v.CiteLine(o.Done, "node "+o.Node+" completed its sync")}
		}
	}
	return nil
}

// skewed is the difference of clocks from which it is worth saying: grants and
// certificates go by them.
const skewed = time.Minute

// clockSkew: what shows the difference says it, for both clocks.
func clockSkew(v *attempt.View, _ *attempt.Trace) []checks.Evidence {
	d := v.Clock.Offset
	if d.Abs() < skewed || len(v.ClockBy) == 0 {
		return nil
	}
	out := slices.Clone(v.ClockBy)
	out[0].Says = fmt.Sprintf("the SSM's clock is %s ahead of the Manager's", d.Round(time.Second))
	if d < 0 {
		out[0].Says = fmt.Sprintf("the SSM's clock is %s behind the Manager's", -d.Round(time.Second))
	}
	return out
}
