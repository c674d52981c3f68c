package diagnose

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"syncscope/capture/handshake"
	"syncscope/capture/logline/words"
	"syncscope/checks"
)

var otherPeer = words.Say("SSLPeerUnverifiedException")

// said places the Manager's own exception on its stage, where the capture has
// not shown better.
func (l *ladder) said() {
	f := l.t.Failed
	if f == nil || f.Status != 0 {
		return
	}
	at, ok := l.t.Failure().At()
	if l.t.Failure().AtProxy() {
		at = l.t.Failure().ProxyAt()
	}
	if !ok || l.stages[at].Status == checks.Fail {
		return
	}
	if l.stages[at].Status == checks.Pass && at != checks.Setup && !l.t.Failure().Says(otherPeer) {
		return // the capture saw it pass; but names are compared after the handshake
	}
	what := strings.TrimPrefix(f.Exception.String(), "java.net.")
	if i := strings.LastIndexByte(what, '.'); i >= 0 {
		what = what[i+1:]
	}
	basis := checks.Seen
	if at == checks.Auth {
		basis = checks.Inferred // the request could not be built: nothing was sent, so nothing before it passed
	}
	if c := l.t.Conn; l.t.Failure().BrokenOff() && l.stages[checks.TLS].Status != checks.Pass {
		basis = checks.Inferred // TLS or what follows it
		if c != nil && !c.MidStream && c.HelloOnly() && c.Saw(handshake.ToClient) && c.ToClientBytes == 0 {
			at = checks.TLS
		}
	}
	l.set(at, checks.Fail, basis, inShort(what, f.ErrorText.String()), "the Manager says: "+saidOnce(f.ErrorText.String()), l.v.CiteLine(f, "Manager: "+what))
	if at == checks.DNS && l.now != nil {
		st := &l.stages[at]
		st.Detail, st.Evidence = st.Detail+"; "+l.now.Says, append(st.Evidence, *l.now)
	}
}

// twice is a message behind which its exception's class and the message stand again.
var twice = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*): [\w.$]+(?:Exception|Error): (.*)$`) })

// saidOnce is an exception's message without its repetition.
func saidOnce(text string) string {
	if m := twice().FindStringSubmatch(text); m != nil && m[1] == m[2] {
		return m[1]
	}
	return text
}

// shorts are how an exception is told in a word or two, by what it says and by its
// class; the first that fits. None says more than the exception does: a name that is
// not resolved may not exist, or its server may be silent.
var shorts = sync.OnceValue(func() []short {
	return []short{
		{regexp.MustCompile(`(?i)subject alternative|no name matching|peer not authentic|PeerUnverified`), "name mismatch"},
		{regexp.MustCompile(`(?i)CertificateExpired|NotAfter`), "expired"},
		{regexp.MustCompile(`(?i)CertificateNotYetValid|NotBefore`), "not valid yet"},
		{regexp.MustCompile(`(?i)PKIX|unable to find valid cert|trustAnchors`), "not trusted"},
		{regexp.MustCompile(`UnknownHost`), "name not resolved"},
		{regexp.MustCompile(`(?i)connection refused`), "refused"},
		{regexp.MustCompile(`(?i)reset`), "reset"},
		{regexp.MustCompile(`(?i)NoRouteToHost|unreachable`), "no route"},
		{regexp.MustCompile(`(?i)pool`), "no free connection"},
		{regexp.MustCompile(`(?i)time(d )?out`), "timed out"},
		{regexp.MustCompile(`(?i)NoHttpResponse|terminated the handshake|shut ?down|closed|broken pipe`), "closed"},
		{regexp.MustCompile(`(?i)json`), "no JSON"},
	}
})

type short struct {
	says  *regexp.Regexp
	short string
}

// alerted is the alert of TLS that an exception names.
var alerted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)fatal alert: ([a-z_]+)`) })

// inShort is an exception in a word or two for the ladder. One that no word is known
// for is told by its class, as words.
func inShort(class, text string) string {
	if m := alerted().FindStringSubmatch(text); m != nil {
		return "alert " + strings.ReplaceAll(strings.ToLower(m[1]), "_", " ")
	}
	for _, s := range shorts() {
		if s.says.MatchString(class) || s.says.MatchString(text) {
			return s.short
		}
	}
	var b strings.Builder
	class = strings.TrimSuffix(strings.TrimSuffix(class, "Exception"), "Error")
	for i, r := range class {
		if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(rune(class[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.TrimSpace(b.String() + " error")
}
