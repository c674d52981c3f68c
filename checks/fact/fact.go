package fact

import (
	"maps"
	"slices"
	"time"

	"syncscope/capture"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// Fact is what no single event shows: it gives the evidence for it, about one
// attempt; nil if it does not hold.
type Fact func(*attempt.View, *attempt.Trace) []checks.Evidence

// All are the facts that rules may name.
var All = map[string]Fact{
	"manager-too-old":          tooOld,
	"manager-too-old-unnamed":  tooOldUnnamed,
	"manager-too-old-alone":    tooOldAlone,
	"mode-not-onprem":          otherMode,
	"onprem-offered":           onPremOffered,
	"cloud-called":             cloudCalled,
	"services-down":            servicesDown,
	"clock-skew":               clockSkew,
	"certificate-expires-soon": expiresSoon,
	"capture-other-host":       otherHost,
	"capture-blind":            blind,
	"capture-truncated":        cutListing,
	"kernel-drops":             dropsSeen,
	"log-disk-full":            logFull,
	"weak-tls":                 weakTLS,
	"node-specific":            oneNode,
	"benign-noise":             func(v *attempt.View, _ *attempt.Trace) []checks.Evidence { return noiseSeen(v) },
	"upstream-partial":         partial,
	"nat-in-path":              otherAddress,
	"other-client":             func(v *attempt.View, _ *attempt.Trace) []checks.Evidence { return otherClients(v.Callers, v.CiteLine) },
	"checksum-offload":         offload,
	"mss-clamped":              clamped,
	"secrets-in-logs":          secretsInClear,

	"dns-nxdomain":       rcode("NXDomain"),
	"dns-failed":         rcode("ServFail", "Refused"),
	"dns-unanswered":     unanswered,
	"dns-port-closed":    resolverClosed,
	"lookup-slow":        lookup(func(d time.Duration) bool { return d >= slowLookup }),
	"lookup-quick":       lookup(func(d time.Duration) bool { return d < slowLookup }),
	"resolved-elsewhere": elsewhere,
	"dead-address":       deadAddress,

	"icmp-net":         icmp("net unreachable", packet.UnreachNet),
	"icmp-host":        icmp("host unreachable", packet.UnreachHost),
	"icmp-ttl":         icmp("time exceeded in transit", packet.UnreachTimeExceeded),
	"icmp-admin":       icmp("administratively prohibited", packet.UnreachAdmin),
	"icmp-frag":        icmp("fragmentation needed", packet.UnreachFragmentation),
	"arp-gateway":      gatewaySilent,
	"arp-neighbour":    someNeighbourSilent,
	"arp-peer":         peerSilent,
	"ping-own-gateway": pingOwn,
	"failed-at-once":   atOnce,

	"syn-unanswered":        silence((*evidence.Connection).Unanswered, "the SYN stays without an answer"),
	"syn-answer-lost":       answerLost,
	"no-connection":         either(brokeAt(checks.IP, checks.TCP), "the connection did not come about", (*evidence.Connection).Unanswered, (*evidence.Connection).Refused),
	"turned-away":           either(brokeWith("Connection refused", "terminated the handshake", "closed connection during handshake", "peer shut down incorrectly", "Connection reset", "NoHttpResponseException"), "refused, or closed before TLS", (*evidence.Connection).Refused, (*evidence.Connection).ClosedAfterHello, (*evidence.Connection).ResetAfterHello),
	"syn-refused":           tcp((*evidence.Connection).Refused, "RST to the SYN"),
	"refused-while-up":      refusedWhileUp,
	"rst-other-ttl":         otherTTL,
	"rst-other-form":        otherForm,
	"refused-too-soon":      tooSoon((*evidence.Connection).Refused),
	"reset-too-soon":        tooSoon((*evidence.Connection).ResetAfterHello),
	"other-port":            otherPort,
	"loss-any-size":         tcp((*evidence.Connection).Lossy, "segments of any size are lost"),
	"loss-large-only":       tcp((*evidence.Connection).Blackhole, "only large segments are lost"),
	"large-lost-up":         tcp(evidence.LargeLost(handshake.ToServer), "the Manager's large segments do not arrive"),
	"large-lost-down":       tcp(evidence.LargeLost(handshake.ToClient), "the SSM's large segments do not arrive"),
	"reset-after-hello":     tcp((*evidence.Connection).ResetAfterHello, "RST right after the ClientHello"),
	"hello-not-acked":       silence((*evidence.Connection).HelloLost, "the ClientHello is never acknowledged"),
	"hello-unanswered":      silence((*evidence.Connection).HelloUnanswered, "the ClientHello is acknowledged and not answered"),
	"closed-after-hello":    tcp((*evidence.Connection).ClosedAfterHello, "FIN right after the ClientHello, no alert"),
	"window-shut":           tcp((*evidence.Connection).WindowShut, "the server reads no more (window 0)"),
	"timed-out-waiting":     timedOutWaiting,
	"request-unanswered":    silence((*evidence.Connection).RequestUnanswered, "the request is acknowledged and not answered"),
	"server-spoke":          tcp(func(c *evidence.Connection) (*capture.Cite, bool) { return &c.Last, c.ToClientBytes > 0 }, "the server had sent data"),
	"quit-after-handshake":  tcp((*evidence.Connection).Quit, "the Manager closes after the TLS handshake without a request"),
	"answer-late":           tcp((*evidence.Connection).Late, "the answer came after the Manager had given up"),
	"no-certificate-flight": tcp((*evidence.Connection).NoCertificate, "the client was asked for a certificate and sent none"),
	"alert-to-hello":        tcp((*evidence.Connection).AlertToHello, "an alert is all that answers the ClientHello"),
	"client-alert":          tcp((*evidence.Connection).ClientAlert, "the Manager refused the certificate (alert after the server's flight)"),
	"not-tls":               tcp((*evidence.Connection).NotTLS, "the answer to the ClientHello is no TLS: too short, then FIN"),

	"proxy-peer":           proxyPeer,
	"proxy-closed":         proxyClosed,
	"proxy-silent":         proxySilent,
	"proxy-auth":           loginAsked,
	"proxy-denied":         proxyStatus("the proxy refuses the CONNECT", 403, 405),
	"proxy-failed":         proxyStatus("the proxy cannot reach the SSM", 500, 502, 503, 504),
	"proxy-login-none":     proxyLogin(handshake.LoginNone, "the CONNECT carries no login"),
	"proxy-login-refused":  proxyLogin(handshake.LoginGiven, "the proxy refuses the login that the CONNECT carries"),
	"login-wanted":         loginWanted(false),
	"login-wanted-unasked": loginWanted(true),
	"page-login":           page(401),
	"page-denied":          page(403, 405, 404),
	"page-failed":          page(500, 502, 503, 504),

	"chain-self-signed": chain(selfSigned),
	"chain-incomplete":  chain(leafOnly),
	"chain-product":     chain(product),
	"chain-distrusted":  distrusted,
	"chain-authority":   chain(authority),
	"chain-encrypted":   encrypted,
	"chain-expired":     expired,
	"chain-early":       early,
	"chain-other-name":  otherName,

	"alert-unknown-ca":       unknownCA,
	"alert-expired":          alerted(handshake.Client, "certificate_expired"),
	"alert-version":          toHello(alerted(handshake.Server, "protocol_version")),
	"alert-no-cipher":        toHello(alerted(handshake.Server, "handshake_failure")),
	"alert-insecure":         alerted(handshake.Server, "insufficient_security"),
	"alert-wants-client":     alerted(handshake.Server, "certificate_required"),
	"client-alert-version":   alerted(handshake.Client, "protocol_version"),
	"asked-for-certificate":  clientCertAsked,
	"plain-http-in-tls-port": plainHTTP,
	"reset-early":            resetEarly,

	"no-such-request":      noSuchRequest,
	"not-found-in-front":   notFoundInFront,
	"unlogged":             unlogged,
	"call-not-logged":      callNotLogged,
	"request-logged":       requestLogged((*attempt.Trace).LastRequest),
	"failure-logged":       requestLogged((*attempt.Trace).FailedRequest),
	"nginx-page":           nginxPage,
	"address-alone":        addressAlone,
	"ssm-unheard":          unheard,
	"nginx-page-logged":    nginxPageLogged,
	"page-of-device":       strange(true),
	"page-of-nobody":       strange(false),
	"answered-500":         answered(500),
	"all-refused":          allRefused,
	"users-differ":         usersDiffer,
	"grant-type-listed":    listedType,
	"grant-expired-listed": listedExpired,
	"grant-other-creator":  listedCreator,
	"grant-not-listed":     notListed,
	"blank-field":          blankField,

	"filter-icmp":             filter([]string{"icmp"}, icmpTaken),
	"filter-arp":              filter([]string{"arp"}, arpTaken),
	"filter-dns":              filter([]string{"port 53", "port domain"}, dnsTaken),
	"captured":                captured,
	"chain-shown":             chainShown,
	"ssm-log-covers":          ssmCovers,
	"ssm-answered":            ssmAnswered,
	"signed-in":               signedIn,
	"certificate-trusted":     certificateTrusted,
	"password-in-clear":       inClear(showsPassword),
	"password-in-ssm-log":     inSSMLog(showsPassword),
	"password-in-manager-log": inManagerLog(showsPassword),
	"data-acknowledged": anyOf(
		tcp((*evidence.Connection).WindowShut, "the server reads no more (window 0)"),
		tcp((*evidence.Connection).HelloUnanswered, "the ClientHello is acknowledged and not answered"),
		tcp((*evidence.Connection).RequestUnanswered, "the request is acknowledged and not answered"),
	),
}

// List names the facts that a rule may ask for.
func List() []string { return slices.Sorted(maps.Keys(All)) }
