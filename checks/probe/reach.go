package probe

import (
	"fmt"
	"strings"
	"time"

	"syncscope/capture/event"
)

// curl's exit codes (curl(1)).
const (
	curlProxy     = 5
	curlResolve   = 6
	curlConnect   = 7
	curlTimeout   = 28
	curlTLS       = 35
	curlEmpty     = 52
	curlReceiving = 56
)

// reach tells from one request how far TCP and HTTP get. The certificate was
// not looked at, so whatever the API says means that TLS came about.
func reach(r event.CheckResult) []Outcome {
	if r.Status != 0 {
		return []Outcome{{"tcp", Pass, "connected"}, answered(r.Status)}
	}
	none := Outcome{"http", CouldNot, "no answer to look at"}
	connected := false
	for _, l := range r.Lines {
		connected = connected || strings.HasPrefix(l.String(), "* Connected to")
	}
	why := r.Failure.String()
	switch {
	case r.Code == curlResolve || r.Code == curlProxy:
		return []Outcome{{"tcp", CouldNot, why}, none}
	case r.Code == curlConnect || r.Code == curlTimeout && !connected:
		return []Outcome{{"tcp", Fail, why}, none}
	case r.Code == curlTLS || r.Code == curlTimeout || r.Code == curlEmpty || r.Code == curlReceiving:
		return []Outcome{{"tcp", Pass, "connected"}, {"http", Fail, why}}
	}
	return []Outcome{{"tcp", CouldNot, "the answer is not understood"}, none}
}

// answered reads the status of a request without credentials: being refused
// for want of them means that the application is up.
func answered(status int) Outcome {
	s, says := Fail, ""
	switch status {
	case 200, 401, 403, 422:
		s, says = Pass, "the application is up"
	case 404:
		says = "nothing there by this path: another host, or another path"
	case 429:
		s, says = Warn, "too many requests"
	case 500:
		says = "the application fails: its database or Redis?"
	case 502:
		says = "the application is down or still starting"
	case 503:
		says = "maintenance"
	case 504:
		says = "the application does not answer in time"
	default:
		s, says = Warn, "not an answer that is known"
	}
	return Outcome{"http", s, fmt.Sprintf("%d: %s", status, says)}
}

// expiring is how long before its end a certificate is worth a word.
const expiring = 30 * 24 * time.Hour

// certificates reads the chain as openssl on the Manager sees it. Its trust is
// not that of the Manager's Java: what it does not trust is a warning.
func certificates(now time.Time) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		left := r.NotAfter.Sub(now)
		switch {
		case len(r.Chain) == 0 && !r.Failure.Empty() && strings.HasPrefix(r.Failure.String(), "connect:"):
			return one("tls", CouldNot, "no connection to look at")
		case len(r.Chain) == 0 && !r.Failure.Empty():
			return one("tls", Fail, r.Failure.String())
		case len(r.Chain) == 0:
			return one("tls", CouldNot, "no certificate came")
		case !r.NotAfter.IsZero() && left < 0:
			return one("tls", Fail, "the certificate expired on "+r.NotAfter.Format(time.DateOnly))
		case r.Verify > 0:
			return one("tls", Warn, fmt.Sprintf("openssl does not verify the chain (code %d, issuer %s); the Manager's Java has a trust store of its own", r.Verify, r.Chain[len(r.Chain)-1].Issuer))
		case !r.NotAfter.IsZero() && left < expiring:
			return one("tls", Warn, "the certificate expires on "+r.NotAfter.Format(time.DateOnly))
		}
		return one("tls", Pass, strings.TrimSpace(r.Protocol.String()+" "+r.Chain[0].Subject.String()))
	}
}
