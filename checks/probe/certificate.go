package probe

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
)

// The checks of the certificate.
const (
	Expiry   = "certificate"
	CertName = "certificate name"
	Issuer   = "certificate issuer"
)

// expiring is how long before its end a certificate is worth a word.
const expiring = 30 * 24 * time.Hour

// openssl's verification errors (verify(1)) that tell of the time; the others
// tell of the chain.
const (
	verifyNotYet  = 9
	verifyExpired = 10
)

// certificates reads what openssl on the Manager sees of the SSM's certificate:
// how long it is valid, for which name, and whether its issuer is known there.
func certificates(host string, now func() time.Time) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		if len(r.Chain) > 0 {
			return []Outcome{session(r), expiry(r, now()), named(r, host), issuer(r)}
		}
		status, why := CouldNot, "no certificate came"
		switch failure := r.Failure.String(); {
		case strings.HasPrefix(failure, "connect:"):
			why = "no connection to look at"
		case failure != "":
			status, why = Fail, failure
		}
		out := one("tls", status, why)
		for _, name := range []string{Expiry, CertName, Issuer} {
			out = append(out, Outcome{Name: name, Status: CouldNot, Detail: "no certificate came"})
		}
		return out
	}
}

// session tells whether a session came about behind the certificate.
func session(r event.CheckResult) Outcome {
	if r.Protocol.Empty() && !r.Failure.Empty() {
		return Outcome{Name: "tls", Status: Fail, Detail: r.Failure.String()}
	}
	return Outcome{Name: "tls", Detail: strings.TrimSpace(r.Protocol.String() + " " + r.Chain[0].Subject.String())}
}

// expiry tells the days that are left.
func expiry(r event.CheckResult, now time.Time) Outcome {
	left, o := r.NotAfter.Sub(now), Outcome{Name: Expiry}
	switch {
	case refuses(r, verifyNotYet), r.Leaf.Printed && now.Before(r.Leaf.NotBefore):
		o.Status, o.Detail = Fail, "not valid yet: is a clock wrong?"
	case !r.NotAfter.IsZero() && left < 0:
		o.Status, o.Detail = Fail, "expired on "+r.NotAfter.Format(time.DateOnly)
	case refuses(r, verifyExpired):
		o.Status, o.Detail = Fail, "expired, by the Manager's clock: it, or one of its chain"
	case r.NotAfter.IsZero():
		o.Status, o.Detail = CouldNot, "openssl does not print its dates"
	default:
		o.Detail = fmt.Sprintf("%d days left, until %s", left/(24*time.Hour), r.NotAfter.Format(time.DateOnly))
		if left < expiring {
			o.Status = Warn
		}
	}
	return o
}

// named tells whether the certificate is for the name that the Manager calls.
func named(r event.CheckResult, host string) Outcome {
	o := Outcome{Name: CertName}
	if !r.Leaf.Printed {
		o.Status, o.Detail = CouldNot, "openssl does not print it whole"
		return o
	}
	if r.Leaf.Covers(host) {
		o.Detail = "is for " + host
		return o
	}
	var names []string
	for _, n := range r.Leaf.Names {
		names = append(names, n.String())
	}
	const shown = 3
	o.Status = Fail
	o.Detail = fmt.Sprintf("is for %s; the Manager calls %s", strings.Join(names[:min(len(names), shown)], ", "), host)
	return o
}

// issuer tells what openssl on the Manager thinks of the chain. Its trust is not
// that of the Manager's Java: what it does not trust is a warning.
func issuer(r event.CheckResult) Outcome {
	o := Outcome{Name: Issuer}
	by := r.Chain[len(r.Chain)-1].Issuer.String()
	code := r.Verify
	for _, c := range r.VerifyErrors {
		if c != verifyExpired && c != verifyNotYet {
			code = c
		}
	}
	switch {
	case code < 0:
		o.Status, o.Detail = CouldNot, "openssl does not say whether it verifies the chain"
	case code == 0, code == verifyExpired, code == verifyNotYet:
		o.Detail = "known to openssl there: " + by
	default:
		o.Status = Warn
		o.Detail = fmt.Sprintf("openssl does not verify the chain (code %d, issuer %s); the Manager's Java has a trust store of its own", code, by)
	}
	return o
}

func refuses(r event.CheckResult, code int) bool {
	return r.Verify == code || slices.Contains(r.VerifyErrors, code)
}
