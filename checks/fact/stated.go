package fact

import (
	"fmt"
	"slices"

	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// anyOf is the fact that one of some holds.
func anyOf(facts ...Fact) Fact {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		for _, f := range facts {
			if ev := f(v, t); ev != nil {
				return ev
			}
		}
		return nil
	}
}

// ssmAnswered: the SSM's own log has the request, or an answer came as its API
// writes it. Who answers so was reached, through all that lies between.
func ssmAnswered(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if r := t.LastRequest(); r != nil && r.Status() != 0 {
		return []checks.Evidence{v.CiteLine(r.All()[0], fmt.Sprintf("SSM: it answered %d", r.Status()))}
	}
	if f := t.Failed; f != nil && f.Status != 0 && !f.ErrorCode.Empty() {
		return []checks.Evidence{v.CiteLine(f, fmt.Sprintf("Manager: the SSM answered %d", f.Status))}
	}
	return nil
}

// signedIn: the attempt's sign-in went well.
func signedIn(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if l := t.Find(logline.TopicAuthenticated); l != nil {
		return []checks.Evidence{v.CiteLine(l, "Manager: signed in")}
	}
	if t.Token != nil && t.Token.Granted() {
		return []checks.Evidence{v.CiteLine(t.Token.All()[0], "SSM: it gave a token")}
	}
	return nil
}

// worked is the fact that an earlier attempt at the same SSM signed in with the same values.
func worked(fields ...func(*evidence.Line) string) Fact {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		peer, _ := t.Lines.Peer()
		for i := slices.Index(v.Traces, t) - 1; i >= 0; i-- {
			o := v.Traces[i]
			called, _ := o.Lines.Peer()
			other := func(field func(*evidence.Line) string) bool {
				return t.Says(field) == "" || t.Says(field) != o.Says(field)
			}
			if called != peer || slices.ContainsFunc(fields, other) {
				continue
			}
			if ev := signedIn(v, o); ev != nil {
				return ev
			}
		}
		return nil
	}
}

// nameWords are how Java and Apache HttpClient say that a certificate has another
// name. Both look at the name after they have found the certificate trusted.
var nameWords = words.SayAll("SSLPeerUnverifiedException", "No subject alternative", "No name matching", "match any of the subject alternative names", "match the common name")

// certificateTrusted: the Manager came as far as the certificate's name, or ended
// the TLS handshake, which it does with a certificate that it trusts.
func certificateTrusted(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Failure().Says(nameWords...) {
		return []checks.Evidence{v.CiteLine(t.Failed, "Manager: trusts the certificate, and compares its name")}
	}
	return tcp((*evidence.Connection).Quit, "the Manager finishes the TLS handshake")(v, t)
}
