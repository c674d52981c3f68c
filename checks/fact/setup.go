package fact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// firstOnPrem is the first release that knows on-prem mode.
var firstOnPrem = cliout.Release{20, 9, 1}

// tooOld: a release that has no on-prem mode, of a host that is known to be a Manager.
func tooOld(v *attempt.View, _ *attempt.Trace) []checks.Evidence {
	return below(v, func(r *event.CheckResult) bool { return !r.Bare && v.Names.IsManager(r) }, "Manager: release ")
}

// tooOldUnnamed: nothing tells whose release it is, and other devices print theirs alike.
func tooOldUnnamed(v *attempt.View, _ *attempt.Trace) []checks.Evidence {
	return below(v, func(r *event.CheckResult) bool { return !r.Bare && !v.Names.IsManager(r) }, "a device's release, the Manager's if it is one: ")
}

// tooOldAlone: a number that is a release by its form only.
func tooOldAlone(v *attempt.View, _ *attempt.Trace) []checks.Evidence {
	return below(v, func(r *event.CheckResult) bool { return r.Bare }, "Manager: release ")
}

// below cites a release that has no on-prem mode, of an output that is wanted.
func below(v *attempt.View, want func(*event.CheckResult) bool, says string) []checks.Evidence {
	for _, r := range v.Results {
		if r.Release != (cliout.Release{}) && want(r) && !v.Names.Away(r) && r.Release.Less(firstOnPrem) {
			return []checks.Evidence{v.Cite(r.Meta, says+r.Version.String())}
		}
	}
	return nil
}

// Mode is what the Manager said last of its licence reporting mode; "": nothing.
func Mode(v *attempt.View, t *attempt.Trace) (mode string, by *evidence.Line) {
	if by = cmp.Or(t.Find(logline.TopicMode), v.Mode); by != nil {
		mode = by.Value.String()
	}
	return mode, by
}

// otherMode: it is in another mode than on-prem.
func otherMode(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if mode, last := Mode(v, t); mode != "" && mode != logline.OnPrem {
		return []checks.Evidence{v.CiteLine(last, "Manager: mode "+last.Value.String())}
	}
	return nil
}

// onPremOffered: the Manager is in another mode, though its release has on-prem.
func onPremOffered(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if otherMode(v, t) == nil && cloudCalled(v, t) == nil {
		return nil
	}
	for _, r := range v.Results {
		if r.Release != (cliout.Release{}) && !v.Names.Away(r) && !r.Release.Less(firstOnPrem) {
			return []checks.Evidence{v.Cite(r.Meta, "Manager: release "+r.Version.String())}
		}
	}
	return nil
}

// cloudCalled: the Manager signs in at Cisco's cloud, not at an SSM. In on-prem mode
// other parts of it do, too.
func cloudCalled(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if l := t.Find(logline.TopicMode); l != nil && l.Value.String() == logline.OnPrem {
		return nil
	}
	for _, l := range t.Lines {
		if l.Topic == logline.TopicCloudSignIn || strings.HasSuffix(l.Path.String(), "token.oauth2") || strings.Contains(l.Path.String(), "oauth2/default") {
			return []checks.Evidence{v.CiteLine(l, "Manager: signs in at Cisco's cloud")}
		}
	}
	return nil
}

func servicesDown(v *attempt.View, _ *attempt.Trace) []checks.Evidence {
	for _, r := range v.Results {
		for _, down := range r.Down {
			if v.Names.Away(r) {
				break
			}
			if s := down.String(); strings.Contains(s, "application server") || strings.Contains(s, "configuration database") {
				return []checks.Evidence{v.Cite(r.Meta, "Manager: "+s)}
			}
		}
	}
	return nil
}

func offload(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || t.Conn.Offload == 0 {
		return nil
	}
	return []checks.Evidence{v.CitePacket(t.Conn.OffloadAt, fmt.Sprintf("capture: %d outgoing packets", t.Conn.Offload))}
}

func clamped(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || t.Conn.ServerMSS == 0 || t.Conn.ServerMSS >= evidence.EthernetMSS {
		return nil
	}
	return []checks.Evidence{v.CitePacket(&t.Conn.Answer, fmt.Sprintf("capture: MSS %d", t.Conn.ServerMSS))}
}

// noiseNames say what routine lines are, in the order in which they are told.
var noiseNames = []struct {
	topic logline.Topic
	name  string
}{
	{logline.TopicDeprecation, "Redis deprecation warnings"},
	{logline.TopicSession, "expiring sessions"},
	{logline.TopicSaving, "Redis saving"},
	{logline.TopicClockSource, "chronyd changing its source"},
	{logline.TopicUpstreamFailed, "an upstream that refused a page's request (another one answered)"},
}

func noiseSeen(v *attempt.View) []checks.Evidence {
	var out []checks.Evidence
	for _, n := range noiseNames {
		if l := v.Noise[n.topic]; l != nil && (n.topic != logline.TopicUpstreamFailed || passedOn(v, l)) {
			out = append(out, v.CiteLine(l, n.name))
		}
	}
	return out
}

// passedOn reports whether a request that an upstream refused was answered all the same: by
// the access line that follows, of the same caller and path.
func passedOn(v *attempt.View, refused *evidence.Line) bool {
	return refused.Errno == connectionRefused && slices.ContainsFunc(v.Lines.Served, func(l *evidence.Line) bool {
		return l.From.Source == refused.From.Source && l.Client == refused.Client && l.Path == refused.Path && l.Status < 500 && refused.PrintedWithin(aboutThen, l)
	})
}

// connectionRefused is errno's ECONNREFUSED on Linux.
const connectionRefused = 111

func partial(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Token == nil || len(t.Token.Refused) == 0 || t.Token.Rails == nil {
		return nil
	}
	return []checks.Evidence{
		v.CiteLine(t.Token.Refused[0], "SSM, nginx: upstream "+t.Token.Refused[0].Upstream.String()+" refused"),
		v.CiteLine(t.Token.Rails, "SSM, Rails: another upstream answered"),
	}
}

// otherAddress: the caller's address in the SSM's log is none that the capture
// shows the Manager to have.
func otherAddress(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Token == nil || t.Token.Access == nil || !t.Token.Access.Client.IsValid() {
		return nil
	}
	known := v.ManagerAddrs()
	seen := t.Token.Access.Client
	if len(known) == 0 || slices.Contains(known, seen) {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Token.Access, "SSM, nginx: the caller is "+seen.String())}
}

// secretsInClear: a log shows a client secret or a password, or the capture a login for
// the proxy, which a CONNECT carries unencrypted.
func secretsInClear(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	out := inClear(showsSecret)(v, t)
	if i := slices.IndexFunc(t.Conns, func(c *evidence.Connection) bool { return c.LoginAt != nil }); i >= 0 {
		out = append(out, attempt.OfCapture(v.Cite(*t.Conns[i].LoginAt, "in clear in the capture (the proxy's login)")))
	}
	return out
}

// inClear is the fact that a log shows in clear what its writer had not masked: one
// line of each log that does.
func inClear(shows func(*evidence.Line) bool) Fact {
	manager, ssm := inManagerLog(shows), inSSMLog(shows)
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		return append(manager(v, t), ssm(v, t)...)
	}
}

// inManagerLog is the fact that the Manager's log shows something of the attempt.
func inManagerLog(shows func(*evidence.Line) bool) Fact {
	return inLog("Manager", shows, func(t *attempt.Trace) []*evidence.Line { return t.Lines })
}

// inSSMLog is the fact that the SSM's log shows something of the attempt's sign-in.
func inSSMLog(shows func(*evidence.Line) bool) Fact {
	return inLog("SSM", shows, func(t *attempt.Trace) []*evidence.Line {
		if t.Token == nil {
			return nil
		}
		return t.Token.All()
	})
}

func inLog(whose string, shows func(*evidence.Line) bool, lines func(*attempt.Trace) []*evidence.Line) Fact {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		logged := lines(t)
		i := slices.IndexFunc(logged, shows)
		if i < 0 {
			return nil
		}
		return []checks.Evidence{v.CiteLine(logged[i], "in clear in the "+whose+"'s log")}
	}
}

func showsSecret(l *evidence.Line) bool { return !l.Secret.Empty() || showsPassword(l) }

func showsPassword(l *evidence.Line) bool { return !l.Password.Empty() && !l.SourceMasked }
