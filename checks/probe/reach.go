package probe

import (
	"fmt"
	"strings"

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

// connected is TCP that opened.
var connected = Outcome{Name: "tcp", Status: Pass, Detail: "connected"}

// reach tells from one request how far TCP and HTTP get. The certificate was
// not looked at, so whatever the API says means that TLS came about.
func reach(r event.CheckResult) []Outcome {
	if r.Status != 0 {
		return []Outcome{connected, answered(r.Status)}
	}
	none := Outcome{Name: "http", Status: CouldNot, Detail: "no answer to look at"}
	open := false
	for _, l := range r.Lines {
		open = open || strings.HasPrefix(l.String(), "* Connected to")
	}
	why := r.Failure.String()
	switch {
	case r.Code == curlResolve || r.Code == curlProxy:
		return append(one("tcp", CouldNot, why), none)
	case r.Code == curlConnect || r.Code == curlTimeout && !open:
		return append(one("tcp", Fail, why), none)
	case r.Code == curlTLS || r.Code == curlTimeout || r.Code == curlEmpty || r.Code == curlReceiving:
		return []Outcome{connected, {Name: "http", Status: Fail, Detail: why}}
	}
	return append(one("tcp", CouldNot, "the answer is not understood"), none)
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
	return Outcome{Name: "http", Status: s, Detail: fmt.Sprintf("%d: %s", status, says)}
}
