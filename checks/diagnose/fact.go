package diagnose

import (
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/packet"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/rule"
)

// facts are the facts that rules may name: what no single event shows. Each
// gives the evidence for it, about one try; nil if it does not hold.
var facts = map[string]func(*Engine, *attempt.Trace) []checks.Evidence{
	"manager-too-old":          (*Engine).tooOld,
	"mode-not-onprem":          (*Engine).otherMode,
	"cloud-called":             (*Engine).cloudCalled,
	"services-down":            (*Engine).servicesDown,
	"clock-skew":               (*Engine).clockSkew,
	"certificate-expires-soon": (*Engine).expiresSoon,
	"capture-other-host":       (*Engine).otherHost,
	"capture-blind":            (*Engine).blind,
	"capture-truncated":        (*Engine).cutListing,
	"kernel-drops":             (*Engine).dropsSeen,
	"weak-tls":                 (*Engine).weakTLS,
	"node-specific":            (*Engine).oneNode,
	"benign-noise":             func(e *Engine, _ *attempt.Trace) []checks.Evidence { return e.noiseSeen() },
	"upstream-partial":         (*Engine).partial,
	"nat-in-path":              (*Engine).otherAddress,
	"other-client":             func(e *Engine, _ *attempt.Trace) []checks.Evidence { return otherClients(e.joined.Callers, e.citeLine) },
	"checksum-offload":         (*Engine).offload,
	"mss-clamped":              (*Engine).clamped,
	"secrets-in-logs":          (*Engine).inClear,

	"dns-nxdomain":       rcode("NXDomain"),
	"dns-failed":         rcode("ServFail", "Refused"),
	"dns-unanswered":     (*Engine).unanswered,
	"dns-port-closed":    (*Engine).resolverClosed,
	"lookup-slow":        lookup(func(d time.Duration) bool { return d >= slowLookup }),
	"lookup-quick":       lookup(func(d time.Duration) bool { return d < slowLookup }),
	"resolved-elsewhere": (*Engine).elsewhere,

	"icmp-net":         icmp("net unreachable", packet.UnreachNet),
	"icmp-host":        icmp("host unreachable", packet.UnreachHost),
	"icmp-ttl":         icmp("time exceeded in transit", packet.UnreachTimeExceeded),
	"icmp-admin":       icmp("administratively prohibited", packet.UnreachAdmin),
	"icmp-frag":        icmp("fragmentation needed", packet.UnreachFragmentation),
	"arp-gateway":      (*Engine).gatewaySilent,
	"arp-peer":         (*Engine).peerSilent,
	"ping-own-gateway": (*Engine).pingOwn,
	"failed-at-once":   (*Engine).atOnce,

	"syn-unanswered":        tcp((*evidence.Connection).Unanswered, "the SYN stays without an answer"),
	"no-connection":         either(brokeAt(checks.IP, checks.TCP), "the connection did not come about", (*evidence.Connection).Unanswered, (*evidence.Connection).Refused),
	"turned-away":           either(brokeWith("Connection refused", "terminated the handshake", "closed connection during handshake", "peer shut down incorrectly", "Connection reset", "NoHttpResponseException"), "refused, or closed before TLS", (*evidence.Connection).Refused, (*evidence.Connection).ClosedAfterHello, (*evidence.Connection).ResetAfterHello),
	"syn-refused":           tcp((*evidence.Connection).Refused, "RST to the SYN"),
	"refused-while-up":      (*Engine).refusedWhileUp,
	"rst-other-ttl":         (*Engine).otherTTL,
	"other-port":            (*Engine).otherPort,
	"loss-any-size":         tcp((*evidence.Connection).Lossy, "segments of any size are lost"),
	"loss-large-only":       tcp((*evidence.Connection).Blackhole, "only large segments are lost"),
	"reset-after-hello":     tcp((*evidence.Connection).ResetAfterHello, "RST right after the ClientHello"),
	"hello-not-acked":       tcp((*evidence.Connection).HelloLost, "the ClientHello is never acknowledged"),
	"hello-unanswered":      tcp((*evidence.Connection).HelloUnanswered, "the ClientHello is acknowledged and not answered"),
	"closed-after-hello":    tcp((*evidence.Connection).ClosedAfterHello, "FIN right after the ClientHello, no alert"),
	"window-shut":           tcp((*evidence.Connection).WindowShut, "the server reads no more (window 0)"),
	"timed-out-waiting":     (*Engine).timedOutWaiting,
	"request-unanswered":    tcp((*evidence.Connection).RequestUnanswered, "the request is acknowledged and not answered"),
	"server-spoke":          tcp(func(c *evidence.Connection) (*capture.Cite, bool) { return &c.Last, c.ToClientBytes > 0 }, "the server had sent data"),
	"quit-after-handshake":  tcp((*evidence.Connection).Quit, "the Manager closes after the TLS handshake without a request"),
	"answer-late":           tcp((*evidence.Connection).Late, "the answer came after the Manager had given up"),
	"no-certificate-flight": tcp((*evidence.Connection).NoCertificate, "the client was asked for a certificate and sent none"),
	"alert-to-hello":        tcp((*evidence.Connection).AlertToHello, "an alert is all that answers the ClientHello"),
	"client-alert":          tcp((*evidence.Connection).ClientAlert, "the Manager refused the certificate (alert after the server's flight)"),
	"not-tls":               tcp((*evidence.Connection).NotTLS, "the answer to the ClientHello is no TLS: too short, then FIN"),

	"proxy-peer":   (*Engine).proxyPeer,
	"proxy-silent": (*Engine).proxySilent,
	"proxy-auth":   proxyStatus("the proxy wants a login", 407),
	"proxy-denied": proxyStatus("the proxy refuses the CONNECT", 403, 405),
	"proxy-failed": proxyStatus("the proxy cannot reach the SSM", 500, 502, 503, 504),
	"page-denied":  page(403, 405, 404),
	"page-failed":  page(500, 502, 503, 504),

	"chain-self-signed": chain(selfSigned),
	"chain-incomplete":  chain(leafOnly),
	"chain-product":     chain(product),
	"chain-distrusted":  (*Engine).distrusted,
	"chain-expired":     (*Engine).expired,
	"chain-early":       (*Engine).early,
	"chain-other-name":  (*Engine).otherName,

	"alert-unknown-ca":       (*Engine).unknownCA,
	"alert-expired":          alerted(handshake.Client, "certificate_expired"),
	"alert-version":          toHello(alerted(handshake.Server, "protocol_version")),
	"alert-no-cipher":        toHello(alerted(handshake.Server, "handshake_failure")),
	"alert-insecure":         alerted(handshake.Server, "insufficient_security"),
	"alert-wants-client":     alerted(handshake.Server, "certificate_required"),
	"client-alert-version":   alerted(handshake.Client, "protocol_version"),
	"asked-for-certificate":  (*Engine).clientCertAsked,
	"plain-http-in-tls-port": (*Engine).plainHTTP,

	"no-such-request":      (*Engine).noSuchRequest,
	"nginx-page":           (*Engine).nginxPage,
	"page-of-device":       strange(true),
	"page-of-nobody":       strange(false),
	"answered-500":         answered(500),
	"all-refused":          (*Engine).allRefused,
	"users-differ":         (*Engine).usersDiffer,
	"grant-type-listed":    (*Engine).listedType,
	"grant-expired-listed": (*Engine).listedExpired,
	"grant-other-creator":  (*Engine).listedCreator,
	"blank-field":          (*Engine).blankField,
}

// firstOnPrem is the first release that knows on-prem mode.
var firstOnPrem = cliout.Release{20, 9, 1}

func (e *Engine) tooOld(*attempt.Trace) []checks.Evidence {
	for _, r := range e.results {
		if r.Release != (cliout.Release{}) && r.Release.Less(firstOnPrem) {
			return []checks.Evidence{e.cite(r.Meta, "Manager: release "+r.Version.String())}
		}
	}
	return nil
}

// otherMode: what the Manager said last of its licence reporting mode.
func (e *Engine) otherMode(t *attempt.Trace) []checks.Evidence {
	modes := e.modes
	if line := t.Find(logline.TopicMode); line != nil {
		modes = []*evidence.Line{line}
	}
	if len(modes) == 0 {
		return nil
	}
	if last := modes[len(modes)-1]; last.Value.String() != "" && !last.Cut && !strings.EqualFold(last.Value.String(), "onprem") {
		return []checks.Evidence{e.citeLine(last, "Manager: mode "+last.Value.String())}
	}
	return nil
}

// cloudCalled: the Manager signs in at Cisco's cloud, not at an SSM.
func (e *Engine) cloudCalled(t *attempt.Trace) []checks.Evidence {
	for _, l := range t.Lines {
		if l.Topic == logline.TopicCloudSignIn || strings.HasSuffix(l.Path.String(), "token.oauth2") || strings.Contains(l.Path.String(), "oauth2/default") {
			return []checks.Evidence{e.citeLine(l, "Manager: signs in at Cisco's cloud")}
		}
	}
	return nil
}

func (e *Engine) servicesDown(*attempt.Trace) []checks.Evidence {
	for _, r := range e.results {
		for _, down := range r.Down {
			if s := down.String(); strings.Contains(s, "application server") || strings.Contains(s, "configuration database") {
				return []checks.Evidence{e.cite(r.Meta, "Manager: "+s)}
			}
		}
	}
	return nil
}

func (e *Engine) offload(t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || t.Conn.Offload == 0 {
		return nil
	}
	return []checks.Evidence{e.citePacket(t.Conn.OffloadAt, fmt.Sprintf("capture: %d outgoing packets", t.Conn.Offload))}
}

func (e *Engine) clamped(t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || t.Conn.ServerMSS == 0 || t.Conn.ServerMSS >= evidence.EthernetMSS {
		return nil
	}
	return []checks.Evidence{e.citePacket(&t.Conn.Answer, fmt.Sprintf("capture: MSS %d", t.Conn.ServerMSS))}
}

// noiseNames say what routine lines are, in the order in which they are told.
var noiseNames = []struct {
	topic logline.Topic
	name  string
}{
	{logline.TopicDeprecation, "Redis deprecation warnings"},
	{logline.TopicSession, "expiring sessions"},
	{logline.TopicSaving, "Redis saving"},
	{logline.TopicClockSource, "chronyd changing its source"},
}

func (e *Engine) noiseSeen() []checks.Evidence {
	var out []checks.Evidence
	for _, n := range noiseNames {
		if l := e.noise[n.topic]; l != nil {
			out = append(out, e.citeLine(l, n.name))
		}
	}
	return out
}

func (e *Engine) partial(t *attempt.Trace) []checks.Evidence {
	if t.Token == nil || len(t.Token.Refused) == 0 || t.Token.Rails == nil {
		return nil
	}
	return []checks.Evidence{
		e.citeLine(t.Token.Refused[0], "SSM, nginx: upstream "+t.Token.Refused[0].Upstream.String()+" refused"),
		e.citeLine(t.Token.Rails, "SSM, Rails: another upstream answered"),
	}
}

// otherAddress: the caller's address in the SSM's log is none that the capture
// shows the Manager to have.
func (e *Engine) otherAddress(t *attempt.Trace) []checks.Evidence {
	if t.Token == nil || t.Token.Access == nil || !t.Token.Access.Client.IsValid() {
		return nil
	}
	known := e.managerAddrs()
	seen := t.Token.Access.Client
	if len(known) == 0 || slices.Contains(known, seen) {
		return nil
	}
	return []checks.Evidence{e.citeLine(t.Token.Access, "SSM, nginx: the caller is "+seen.String())}
}

func (e *Engine) managerAddrs() []netip.Addr {
	var out []netip.Addr
	for _, c := range e.toPeer() {
		if a := c.Client.Addr(); !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, r := range e.results {
		if r.Own.IsValid() {
			out = append(out, r.Own)
		}
	}
	return out
}

// inClear finds one line of each log that shows a secret or a password that
// its writer had not masked.
func (e *Engine) inClear(t *attempt.Trace) []checks.Evidence {
	var out []checks.Evidence
	for _, l := range t.Lines {
		if shows(l) {
			out = append(out, e.citeLine(l, "in clear in the Manager's log"))
			break
		}
	}
	if t.Token != nil {
		for _, l := range append(t.Token.Entries(), t.Token.Refused...) {
			if shows(l) {
				return append(out, e.citeLine(l, "in clear in the SSM's log"))
			}
		}
	}
	return out
}

func shows(l *evidence.Line) bool {
	return !l.Secret.Empty() || !l.Password.Empty() && !l.SourceMasked
}

// peerAddr is the address of the SSM as the Manager calls it: given, from its
// log, from the resolver's answer, or from the capture's filter.
func (e *Engine) peerAddr() netip.Addr {
	if e.peer.IsValid() {
		return e.peer
	}
	name, _ := e.peerName()
	if a, err := netip.ParseAddr(name); err == nil {
		return a
	}
	if a := e.resolved(name); a.IsValid() {
		return a
	}
	if e.started != nil {
		return e.started.Peer
	}
	return netip.Addr{}
}

// peerName is the SSM's host as the Manager's log names it last.
func (e *Engine) peerName() (host, port string) {
	host, port, _ = strings.Cut(e.lines.Peer(), ":")
	return host, port
}

// LoadRules reads the embedded rules and those of packs, which may ask for the
// facts that there are here.
func LoadRules(packs ...fs.FS) ([]rule.Rule, error) {
	return rule.Load(Facts(), packs...)
}

// Facts are the names of the facts that a rule may ask for.
func Facts() []string { return slices.Sorted(maps.Keys(facts)) }
