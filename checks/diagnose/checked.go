package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/rule"
)

// checked gives a verdict about commands that were run by hand, where nothing but
// their output was given: it is no attempt's. What they show of one object is told.
// false: they do not show that anything fails; what they show is told all the same.
func (j *judge) checked(ctx context.Context, d *checks.Diagnosis) bool {
	about := told(j.Results)
	t := &attempt.Trace{Checked: &about}
	h := j.hear(t, 0)
	for i, r := range h.outputs {
		line, what, failed := wentWrong(r)
		switch {
		case failed && !healed(r, h.outputs[i+1:]):
			ev := j.CiteResult(r, line, r.Command()+" says "+what)
			d.CheckFailed, d.CheckedBy = &ev, r.Command()
		case !failed && what != "":
			ev := j.CiteResult(r, line, r.Command()+": "+what)
			d.CheckPassed = &ev
		}
	}
	d.Checked = j.checkLadder(h.outputs)
	if d.CheckFailed == nil {
		return false
	}
	atProxy := j.brokeAtProxy(t)
	found := j.candidates(ctx, h, func(r *rule.Rule) bool {
		return !r.Side && !(atProxy && r.Stage() >= checks.DNS && r.Stage() < checks.Proxy)
	})
	d.Verdict = checks.Inconclusive
	if root := pick(found); root != nil {
		root.About = checks.AboutCheck
		if broke := checks.Broke(d.Checked); atProxy && broke < root.Stage {
			root.Stage = broke
		}
		d.Verdict, d.RootCause = checks.Failed, root
		found = slices.DeleteFunc(found, func(f checks.Finding) bool { return f.ID == root.ID })
	}
	d.Findings = append(d.Findings, found...)
	return true
}

// verified are openssl's words for what it finds wrong with a certificate, whichever
// roots it was given (X509_verify_cert_error_string).
var verified = map[int]string{9: "the certificate is not yet valid", 10: "the certificate has expired", 62: "the certificate has another name"}

// wentWrong tells what a command's output says, and whether it says that something
// fails; "": nothing.
func wentWrong(r *event.CheckResult) (line int, what string, failed bool) {
	line = len(r.Lines) - 1
	switch {
	case line < 0:
		return 0, "", false
	case r.NotRun: // it tells nothing
		return line, "", false
	case r.Check == cliout.OwnTable:
		for _, row := range r.Rows {
			if row.Status == "fail" {
				return row.Line, strings.TrimRight(r.Failure.String(), ". "), true
			}
		}
		return line, fmt.Sprintf("%d checks, and none failed", len(r.Rows)), false
	case !r.Failure.Empty():
		return line, strings.TrimRight(r.Failure.String(), ". "), true
	case r.Status >= 400:
		return lineWith(r, "< HTTP/", line), fmt.Sprintf("HTTP %d", r.Status), true
	}
	switch r.Check {
	case cliout.OpenSSL:
		for _, code := range append(r.VerifyErrors, r.Verify) {
			if why := verified[code]; why != "" {
				return lineWith(r, "verify error:num="+fmt.Sprint(code), line), why, true
			}
		}
		if r.Protocol.Empty() && line == 0 { // the command stands there alone
			return line, "it printed nothing: nobody answers, or the output was cut off", false
		}
		if r.Protocol.Empty() {
			return line, "", false
		}
		if r.Verify > 0 || len(r.VerifyErrors) > 0 {
			return line, "a session of " + r.Protocol.String() + "; it does not trust the certificate, by roots of its own", false
		}
		return line, "a session of " + r.Protocol.String(), false
	case cliout.Ping:
		if r.Sent > 0 && r.Received == 0 {
			return line, "no answer; many hosts answer no ping", false
		}
		return line, fmt.Sprintf("%d of %d answered", r.Received, r.Sent), false
	case cliout.Sockets:
		if !listens(r, 8443) {
			return line, "nothing listens on port 8443", true
		}
		return line, "port 8443 is listened on", false
	case cliout.NMSStatus:
		if len(r.Down) > 0 {
			return line, r.Down[0].String(), true
		}
		return line, fmt.Sprintf("%d services run", len(r.Up)), false
	case cliout.Containers:
		if i := slices.IndexFunc(r.Down, fell); i >= 0 {
			name, _, _ := strings.Cut(r.Down[i].String(), ":")
			return lineWith(r, name, line), r.Down[i].String(), true
		}
	case cliout.Traceroute:
		if r.Silent > 0 {
			return line, fmt.Sprintf("hops answer up to the %s, and then none", nth(r.Hops)), false
		}
		return line, fmt.Sprintf("%d hops", r.Hops), false
	}
	return line, plainly(r), false
}

// fell reports whether a container that does not run is one that should: not one that was
// only made, or had ended its work.
func fell(state redact.Text) bool {
	return !strings.Contains(state.String(), ": Exited (0)") && !strings.Contains(state.String(), ": Created")
}

// plainly is what an output tells in which nothing can fail.
func plainly(r *event.CheckResult) string {
	switch {
	case r.Check == cliout.Nslookup && len(r.Addrs) > 0:
		return r.Name.String() + " is " + r.Addrs[0].String()
	case r.Check == cliout.Curl && r.Status == 0 && r.Reached >= cliout.ReachedPort:
		return "a connection opened"
	case r.Check == cliout.Hosts && len(r.Addrs) > 0:
		return "the name is " + r.Addrs[0].String()
	case r.Check == cliout.Curl && r.Status > 0:
		return fmt.Sprintf("HTTP %d", r.Status)
	case r.Check == cliout.IPRoute && !r.Device.Empty():
		return "the route leaves by " + r.Device.String()
	case r.Release != (cliout.Release{}):
		return "release " + r.Version.String()
	case r.Check == cliout.Toolkit && len(r.Grants) > 0:
		return fmt.Sprintf("%d grants are listed", len(r.Grants))
	case r.Check == cliout.Containers && len(r.Up) > 0:
		return fmt.Sprintf("%d containers run", len(r.Up))
	case r.Check == cliout.Disk && r.Use > 0:
		return fmt.Sprintf("the fullest file system is used to %d %%", r.Use)
	}
	return ""
}

func nth(n int) string { return fmt.Sprintf("%d.", n) }

// lineWith is the line of an output that has some words; or: none has.
func lineWith(r *event.CheckResult, words string, or int) int {
	for i, l := range r.Lines {
		if strings.Contains(l.String(), words) {
			return i
		}
	}
	return or
}

func listens(r *event.CheckResult, port uint16) bool {
	for _, l := range r.Listeners {
		if l.Port() == port {
			return true
		}
	}
	return false
}

// checkLadder is the ladder of what was run by hand: each command stands for the
// stages that it went through, and what failed in one is not mended by another.
func (j *judge) checkLadder(outputs []*event.CheckResult) []checks.StageState {
	out, some := checks.UnknownStages(), false
	for i, r := range outputs {
		for stage, to := range climbed(r) {
			s := &out[stage]
			if to == checks.Fail && healed(r, outputs[i+1:]) {
				continue
			}
			if to == checks.Unknown || s.Status == checks.Fail {
				continue
			}
			some = true
			line, what, _ := wentWrong(r)
			if line < 0 || len(r.Lines) == 0 {
				continue
			}
			ev := j.CiteResult(r, line, r.Command()+": "+cmp.Or(what, to.Word()))
			s.Status, s.Basis, s.Detail, s.Evidence = to, checks.Seen, ev.Says, []checks.Evidence{ev}
			if r.Object.Proxy && stage < checks.Proxy {
				s.Object, s.Short = r.Object.String(), "→ proxy"
			}
		}
	}
	if !some {
		return nil
	}
	broke := false
	for i := range out { // what lies behind was not tried
		if broke && out[i].Status == checks.Unknown {
			out[i].Status = checks.NotReached
		}
		broke = broke || out[i].Status == checks.Fail
	}
	return out
}

// climbed are the stages that a command went through, with how each ended.
func climbed(r *event.CheckResult) map[checks.Stage]checks.Status {
	_, _, failed := wentWrong(r)
	ended := map[bool]checks.Status{true: checks.Fail, false: checks.Pass}[failed]
	switch r.Check {
	case cliout.ShowVersion, cliout.ShowSystemStatus, cliout.NMSStatus:
		if failed {
			return map[checks.Stage]checks.Status{checks.Setup: checks.Warn}
		}
	case cliout.Nslookup, cliout.Hosts:
		if failed || len(r.Addrs) > 0 {
			return map[checks.Stage]checks.Status{checks.DNS: ended}
		}
	case cliout.Ping:
		switch {
		case failed && unresolved(r):
			return map[checks.Stage]checks.Status{checks.DNS: checks.Fail}
		case failed, r.Received > 0:
			return map[checks.Stage]checks.Status{checks.IP: ended}
		}
	case cliout.IPRoute, cliout.Traceroute:
		if failed || r.Check == cliout.IPRoute && !r.Device.Empty() {
			return map[checks.Stage]checks.Status{checks.IP: ended}
		}
	case cliout.OwnTable:
		return climbedBy(r.Rows)
	case cliout.Sockets:
		return map[checks.Stage]checks.Status{checks.TCP: ended}
	case cliout.Curl:
		broke, to := curlFailed(r, failed), r.Reached
		if broke == checks.TLS { // it connected before
			to = max(to, cliout.ReachedPort)
		}
		return climbedTo(to, broke)
	case cliout.OpenSSL:
		switch {
		case failed && r.Protocol.Empty() && len(r.VerifyErrors) == 0 && !r.Failure.Empty() && strings.HasPrefix(r.Failure.String(), "connect:"):
			return climbedTo(cliout.ReachedNothing, checks.TCP)
		case failed:
			return climbedTo(cliout.ReachedPort, checks.TLS)
		case !r.Protocol.Empty():
			return climbedTo(cliout.ReachedTLS, none)
		}
	}
	return nil
}

// ownStages are the stages that our own active checks try, by their names.
var ownStages = map[string]checks.Stage{"dns": checks.DNS, "route": checks.IP, "ping": checks.IP, "tcp": checks.TCP, "tls": checks.TLS, "http": checks.HTTP}

// climbedBy are the stages that a table of active checks tells of.
func climbedBy(rows []cliout.Row) map[checks.Stage]checks.Status {
	out := map[checks.Stage]checks.Status{}
	for _, row := range rows {
		stage, known := ownStages[row.Name.String()]
		switch {
		case !known:
		case row.Status == "fail":
			out[stage] = checks.Fail
		case row.Status == "pass" && out[stage] != checks.Fail:
			out[stage] = checks.Pass
		}
	}
	return out
}

// none stands for no stage.
const none = checks.Stage(255)

// climbedTo are the stages up to one, and the one that failed.
func climbedTo(to cliout.Reached, broke checks.Stage) map[checks.Stage]checks.Status {
	out := map[checks.Stage]checks.Status{}
	if to >= cliout.ReachedPort {
		out[checks.IP], out[checks.TCP] = checks.Pass, checks.Pass
	}
	if to >= cliout.ReachedTLS {
		out[checks.TLS] = checks.Pass
	}
	if to >= cliout.ReachedAnswer {
		out[checks.HTTP] = checks.Pass
	}
	if broke != none {
		maps.DeleteFunc(out, func(s checks.Stage, _ checks.Status) bool { return s > broke })
		out[broke] = checks.Fail
	}
	return out
}

// tlsCodes are curl's codes for what went wrong with TLS, without its own words before.
var tlsCodes = []int{35, 51, 53, 54, 58, 59, 60, 66, 77, 80, 82, 83, 90, 91}

// curlFailed is the stage at which curl broke, by its exit code (man curl) and how far
// it had got.
func curlFailed(r *event.CheckResult, failed bool) checks.Stage {
	switch {
	case !failed:
		return none
	case r.Code == 6:
		return checks.DNS
	case r.Code == 5, r.Code == 97, r.Code == 56 && strings.Contains(r.Failure.String(), "CONNECT"):
		return checks.Proxy
	case slices.Contains(tlsCodes, r.Code):
		return checks.TLS
	case r.Reached < cliout.ReachedPort, r.Code == 7:
		return checks.TCP
	case r.Reached < cliout.ReachedTLS:
		return checks.TLS
	case r.Status >= 502:
		return checks.Backend
	}
	return checks.HTTP
}

// unresolved reports whether a command says that it did not find the name.
func unresolved(r *event.CheckResult) bool {
	text := strings.ToLower(r.Failure.String())
	for _, w := range []string{"name or service not known", "temporary failure in name resolution", "unknown host", "cannot resolve", "could not resolve"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
