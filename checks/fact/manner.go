package fact

import (
	"slices"

	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/attempt"
)

// manners are the ways in which an attempt may end, each with the facts and the words of
// the JDK and of Apache HttpClient that show it.
var manners = []struct {
	how   checks.Manner
	facts []string
	says  []words.Phrase
}{
	{checks.Refused, []string{"syn-refused", "refused-while-up", "refused-too-soon"}, words.SayAll("Connection refused")},
	{checks.Reset, []string{"reset-after-hello", "reset-too-soon", "reset-early"}, words.SayAll("Connection reset")},
	{checks.Silent, []string{"syn-unanswered", "syn-answer-lost", "hello-not-acked", "hello-unanswered", "request-unanswered", "timed-out-waiting", "dns-unanswered"},
		words.SayAll("Connect timed out", "Connection timed out", "Read timed out")},
	{checks.AtCertificate, []string{"chain-self-signed", "chain-incomplete", "chain-distrusted", "chain-expired", "chain-early", "chain-other-name", "alert-unknown-ca", "alert-expired", "client-alert"},
		words.SayAll("PKIX", "CertificateE", "CertificateN", "trustAnchors parameter", "SSLPeerUnverifiedException")},
}

// Manner is how an attempt is seen to have ended: all the ways that something shows.
func Manner(v *attempt.View, t *attempt.Trace) (how checks.Manner) {
	for _, m := range manners {
		if t.Failure().Says(m.says...) || slices.ContainsFunc(m.facts, func(name string) bool { return All[name](v, t) != nil }) {
			how |= m.how
		}
	}
	return how
}

// Resolver is the server that an attempt's newest lookup asked, as it is written; empty:
// none was captured.
func Resolver(v *attempt.View, t *attempt.Trace) string {
	if all := v.Answers(t); len(all) > 0 {
		return all[len(all)-1].Server.String()
	}
	return ""
}
