package diagnose

import (
	"strings"

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
	l.set(at, checks.Fail, basis, strings.TrimSuffix(what, "Exception"), "the Manager says: "+f.ErrorText.String(), l.v.CiteLine(f, "Manager: "+what))
}
