package diagnose

import (
	"fmt"
	"strings"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
)

// soon is how long before its end a certificate is worth a word.
const soon = 30 * 24 * time.Hour

// expiresSoon compares the certificate that openssl showed with the newest
// date in the logs: the engine has no clock.
func (e *Engine) expiresSoon(*attempt.Trace) []checks.Evidence {
	for _, r := range e.results {
		if r.Check != cliout.OpenSSL || e.newest.IsZero() {
			continue
		}
		for i, l := range r.Lines {
			_, end, ok := strings.Cut(l.String(), "NotAfter: ")
			if !ok {
				continue
			}
			t, err := time.Parse("Jan _2 15:04:05 2006 MST", strings.TrimSpace(end))
			if left := t.Sub(e.newest); err == nil && left > 0 && left < soon {
				return []checks.Evidence{e.citeResult(r, i, fmt.Sprintf("%d days", int(left.Hours()/24)))}
			}
			break // the first is the server's own
		}
	}
	return nil
}

// otherHost: the capture is about an address that the Manager does not call,
// and has no packet of the attempt.
func (e *Engine) otherHost(t *attempt.Trace) []checks.Evidence {
	if e.started == nil || !e.started.Peer.IsValid() || t.Conn != nil || len(t.Lines) == 0 {
		return nil
	}
	line := peerLine(t)
	called := e.resolved(peerHost(t))
	if line == nil || !called.IsValid() || called == e.started.Peer {
		return nil
	}
	return []checks.Evidence{
		e.cite(e.started.Meta, "capture: its filter is about "+e.started.Peer.String()),
		e.citeLine(line, "Manager: calls "+called.String()),
	}
}

// blind: the log shows an attempt that must have sent packets, the capture of
// that time has none.
func (e *Engine) blind(t *attempt.Trace) []checks.Evidence {
	if e.started == nil || len(t.Lines) == 0 || t.Conn != nil || e.otherHost(t) != nil || len(e.conns) > 0 {
		return nil
	}
	if !heardHTTP(t) && t.Find(logline.TopicAuthenticated) == nil {
		return nil
	}
	return []checks.Evidence{e.cite(e.started.Meta, "capture: no packet of the attempt"), e.citeLine(t.Lines[0], "Manager: the attempt")}
}

// cutListing: the listing lost lengths, so what was sent is not known.
func (e *Engine) cutListing(t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || !t.Conn.Trouble.Blind {
		return nil
	}
	return []checks.Evidence{e.citePacket(&t.Conn.Last, "capture: lines that end before their length")}
}

func (e *Engine) dropsSeen(*attempt.Trace) []checks.Evidence {
	for _, f := range e.footers {
		if f.Dropped > 0 {
			return []checks.Evidence{e.cite(f.Meta, fmt.Sprintf("%d packets", f.Dropped))}
		}
	}
	return nil
}

// oldTLS is the newest version that is not to be used any more (RFC 8996).
const oldTLS = 0x0302

func (e *Engine) weakTLS(t *attempt.Trace) []checks.Evidence {
	if c := t.Conn; c != nil && c.TLS.Version != 0 && c.TLS.Version <= oldTLS {
		return []checks.Evidence{e.citePacket(&c.Finished, "capture: "+checks.TLSVersion(c.TLS.Version))}
	}
	for _, r := range e.results {
		for i, l := range r.Lines {
			if r.Check == cliout.OpenSSL && (strings.HasPrefix(l.String(), "New, TLSv1, ") || strings.HasPrefix(l.String(), "New, TLSv1.0, ") || strings.HasPrefix(l.String(), "New, TLSv1.1, ") || strings.HasPrefix(l.String(), "New, SSLv3")) {
				return []checks.Evidence{e.citeResult(r, i, "openssl: "+l.String())}
			}
		}
	}
	return nil
}

// oneNode: this node's last attempt failed, another node's went well.
func (e *Engine) oneNode(t *attempt.Trace) []checks.Evidence {
	for _, o := range e.lastTraces {
		if o.Node != t.Node && o.Node != "" && t.Node != "" && o.Done != nil && t.Failed != nil {
			return []checks.Evidence{e.citeLine(t.Failed, "node "+t.Node+" failed"), e.citeLine(o.Done, "node "+o.Node+" completed its sync")}
		}
	}
	return nil
}
