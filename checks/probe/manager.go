package probe

import (
	"fmt"
	"net/netip"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/ssh/command"
)

// Target is the SSM as the Manager calls it.
type Target struct {
	Name string     // empty: called by its address
	Addr netip.Addr // invalid: not known yet
	Port uint16
	VPN  int
	Now  func() time.Time // of the computer that asks
}

func (t Target) now() time.Time {
	if t.Now == nil {
		return time.Now()
	}
	return t.Now()
}

func (t Target) endpoint() (command.Endpoint, error) {
	if t.Name == "" {
		return command.AtAddr(t.Addr, t.Port), nil
	}
	n, err := command.ParseName(t.Name)
	return command.AtName(n, t.Port), err
}

// CLI are the checks for the Manager's command line.
func CLI(t Target) ([]Probe, error) {
	out := []Probe{
		{Name: "release", Command: command.ShowVersion(), Kind: cliout.ShowVersion, Judge: release},
		{Name: "Manager reboot", Command: command.ShowSystemStatus(), Kind: cliout.ShowSystemStatus, Judge: rebooted},
		{Name: "Manager services", Command: command.NMSStatus(), Kind: cliout.NMSStatus, Judge: services},
	}
	for _, q := range []struct{ name, host string }{{"dns", t.Name}, {"dns of the cloud", cloud}} {
		if q.host == "" {
			continue
		}
		n, err := command.ParseName(q.host)
		if err != nil {
			return nil, err
		}
		judge := lookup(q.host)
		if q.host == cloud {
			judge = cloudLookup
		}
		out = append(out, Probe{Name: q.name, Command: command.Nslookup(t.VPN, n), Kind: cliout.Nslookup, Judge: judge})
	}
	return out, nil
}

// cloud is Cisco's own sign-in host, which the published check list names. In
// on-prem mode the Manager never calls it.
const cloud = "cloudsso.cisco.com"

// identity is where Cisco's present interfaces give tokens.
const identity = "id.cisco.com"

// firstOnPrem is the first release that knows on-prem mode.
var firstOnPrem = cliout.Release{20, 9, 1}

func release(r event.CheckResult) []Outcome {
	switch v := r.Version.String(); {
	case v == "":
		return one("release", CouldNot, "the answer holds no release")
	case r.Release.Less(firstOnPrem):
		return one("release", Fail, v+" is below 20.9.1: there is no on-prem mode")
	default:
		return one("release", Pass, v)
	}
}

func services(r event.CheckResult) []Outcome {
	const name = "Manager services"
	switch {
	case len(r.Down) > 0:
		return one(name, Fail, r.Down[0].String())
	case !r.Failure.Empty() || len(r.Lines) < 2:
		return one(name, CouldNot, "the answer is not understood")
	}
	if len(r.Up) > 0 {
		return ages(name, r.Up, "all that are enabled run")
	}
	return one(name, Pass, "all that are enabled run")
}

// rebooted tells when the Manager last started, as far as it says so.
func rebooted(r event.CheckResult) []Outcome {
	const name = "Manager reboot"
	switch {
	case r.Uptime == 0 && !r.Failure.Empty():
		return one(name, CouldNot, r.Failure.String())
	case r.Uptime == 0:
		return one(name, CouldNot, "the answer holds no uptime")
	case r.Uptime < young:
		return one(name, Warn, "up for "+roughly(r.Uptime)+" only: its services may still be starting")
	}
	return one(name, Pass, "up for "+roughly(r.Uptime))
}

func lookup(host string) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		switch {
		case len(r.Addrs) > 0:
			return one("dns", Pass, host+" is "+r.Addrs[0].String())
		case !r.Failure.Empty():
			return one("dns", Fail, r.Failure.String())
		}
		return one("dns", CouldNot, "the answer is not understood")
	}
}

func cloudLookup(r event.CheckResult) []Outcome {
	const name = "dns of the cloud"
	switch {
	case len(r.Addrs) > 0:
		return one(name, NotNeeded, cloud+" is "+r.Addrs[0].String()+"; in on-prem mode the Manager does not call it")
	case !r.Failure.Empty():
		return one(name, NotNeeded, cloud+" does not resolve; in on-prem mode the Manager does not call it")
	}
	return one(name, NotNeeded, "the answer is not understood; in on-prem mode the Manager does not call "+cloud)
}

// Shell are the checks for the Manager's Linux shell.
func Shell(t Target) ([]Probe, error) {
	e, err := t.endpoint()
	if err != nil {
		return nil, err
	}
	out := []Probe{
		{Name: "tcp, http", Names: []string{"tcp", "http"}, Command: command.API(e), Kind: cliout.Curl, Judge: reach},
		{Name: "tls, certificate", Names: []string{"tls", Expiry, CertName, Issuer}, Command: command.Certificates(e), Kind: cliout.OpenSSL, Judge: certificates(e.Host(), t.now)},
		{Name: ManagerClock, Command: command.Date(), Kind: cliout.Date, Judge: clock(ManagerClock, t.now)},
		{Name: "Manager disk", Command: command.Disk(), Kind: cliout.Disk, Judge: disk("Manager disk")},
		{Name: "Manager log", Command: command.LogRight(command.ManagerServerLog), Judge: readable("Manager log")},
	}
	if t.Addr.IsValid() {
		out = append(out,
			Probe{Name: "route", Command: command.Route(t.Addr), Kind: cliout.IPRoute, Judge: route},
			Probe{Name: "ping", Command: command.Ping(t.Addr), Kind: cliout.Ping, Judge: ping})
	}
	return out, nil
}

func route(r event.CheckResult) []Outcome {
	switch {
	case !r.Device.Empty():
		return one("route", Pass, "leaves by "+r.Device.String())
	case !r.Failure.Empty():
		return one("route", Fail, r.Failure.String())
	}
	return one("route", CouldNot, "the answer is not understood")
}

func ping(r event.CheckResult) []Outcome {
	switch {
	case r.Sent > 0 && r.Received == r.Sent:
		return one("ping", Pass, fmt.Sprintf("%d of %d answered", r.Received, r.Sent))
	case r.Received > 0:
		return one("ping", Warn, fmt.Sprintf("%d of %d answered", r.Received, r.Sent))
	case r.Sent > 0:
		return one("ping", Warn, "no answer: the SSM is not reached, or ping is blocked")
	}
	return one("ping", CouldNot, "the answer is not understood")
}
