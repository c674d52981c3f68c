package ask

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/checks"
	"syncscope/checks/report"
)

// maxFacts is how many facts stand in a line.
const maxFacts = 4

// reach are the stages that a recipient's part is: what was seen there is told.
var reach = map[Recipient][]checks.Stage{
	SSM: {checks.TCP, checks.TLS, checks.HTTP, checks.Backend, checks.Auth, checks.Licences}, Manager: {checks.Setup},
	Network: {checks.IP, checks.TCP, checks.TLS}, DNS: {checks.DNS}, Proxy: {checks.Proxy},
}

// hosts are whose logs stand on a recipient's own host.
var hosts = map[Recipient]event.Kind{SSM: event.SSMMessages, Manager: event.ManagerLog}

// tried is the attempt that a message is about, as the report has it.
type tried struct {
	r report.Report
	d *checks.Diagnosis
}

// facts are what a diagnosis holds for a recipient.
type facts struct {
	tried
	phrases
	to Recipient
	in []saying // the facts' words in another language; none: they stay as they are
}

// ladder are the stages of the attempt shown.
func (m *tried) ladder() []checks.StageState {
	if a := m.d.Attempt(); a != nil {
		return a.Ladder()
	}
	return nil
}

// all is the evidence of the attempt, that of the cause first.
func (m *tried) all() (out []checks.Evidence) {
	if f := m.d.RootCause; f != nil {
		out = append(out, f.Evidence...)
	}
	for _, s := range m.ladder() {
		out = append(out, s.Evidence...)
	}
	return out
}

// own is the evidence from the recipient's own log, each line once. What is in order on
// the Manager is told as that.
func (m *facts) own() (out []checks.Evidence) {
	kind, is := hosts[m.to]
	if !is {
		return nil
	}
	all := m.all()
	if m.to == Manager {
		all = nil
		if f := m.d.RootCause; f != nil {
			all = append(all, f.Evidence...)
		}
		for _, s := range m.ladder() {
			if s.Status == checks.Fail || s.Status == checks.Warn {
				all = append(all, s.Evidence...)
			}
		}
	}
	for _, e := range all {
		if e.Kind == kind && !slices.ContainsFunc(out, func(o checks.Evidence) bool { return o.Ref == e.Ref }) {
			out = append(out, e)
		}
	}
	return out
}

// loggedLines are those of the recipient's own log, as they are told.
func (m *facts) loggedLines() (out []string) {
	own := m.own()
	says := make([]string, len(own))
	for i, e := range own {
		says[i] = e.Says
	}
	for i, text := range m.says(says) {
		out = appendNew(out, m.logged(own[i], text))
	}
	return out
}

// logged is one of them: when, by which container, and what.
func (m *facts) logged(e checks.Evidence, says string) string {
	parts := []string{printed(e), "", says}
	if e.Kind == event.SSMMessages {
		parts[1] = m.writer(e.Text)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// hexID is a container's ID, as a log has it for a tag.
var hexID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// writer is the tag of a syslog line: which program or container wrote it.
func (m *facts) writer(line string) string {
	for i, field := range strings.Fields(line) {
		if tag, is := strings.CutSuffix(field, ":"); is && i >= 2 && i <= 5 && !strings.Contains(tag, "=") {
			if hexID.MatchString(tag) {
				return m.texts["container"] + " " + tag
			}
			return tag
		}
	}
	return ""
}

// caller finds whom nginx says that it was called by.
var caller = regexp.MustCompile(`(?:\]?: |client: )([^ ,]+)(?: - \S+ \[|, server:)`)

// seenAs is the Manager's address as the SSM's log has it; empty: no line of its shows it.
func (m *tried) seenAs() string {
	for _, e := range m.all() {
		if found := caller.FindStringSubmatch(e.Text); e.Kind == event.SSMMessages && found != nil && isHost(found[1]) {
			return found[1]
		}
	}
	return ""
}

// shown is what was seen of the recipient's part: what speaks for the cause, or what the
// ladder says is not in order.
func (m *facts) shown() string {
	facts := m.proofs()
	if len(facts) == 0 {
		facts = m.stages(checks.Warn, checks.Fail)
	}
	if m.atCertificate() && len(facts) > 0 {
		facts = appendNew(facts, m.certificate())
	}
	return strings.Join(facts, "; ")
}

// stages are those of the recipient's part that were seen to be so.
func (m *facts) stages(of ...checks.Status) (facts []string) {
	var seen []checks.StageState
	var details []string
	for _, s := range m.ladder() {
		if slices.Contains(of, s.Status) && slices.Contains(reach[m.to], m.part(s.Stage)) && s.Basis == checks.Seen && s.Detail != "" {
			seen, details = append(seen, s), append(details, s.Detail)
		}
	}
	for i, detail := range m.says(details) {
		s := &seen[i]
		facts = append(facts, m.stage(s.Stage)+" "+s.Status.Sign()+" "+shorten(detail)+m.place(s.Evidence))
	}
	return facts
}

// part is a stage as a part of somebody's: what leads to the proxy is the proxy's.
func (m *tried) part(at checks.Stage) checks.Stage {
	if checks.OnWayToProxy(m.ladder(), at) {
		return checks.Proxy
	}
	return at
}

// stage is a stage's label; one that leads to the proxy says so.
func (m *facts) stage(at checks.Stage) string {
	if m.part(at) != at {
		return at.Label() + " " + m.texts["to_proxy"]
	}
	return at.Label()
}

// proofs are what speaks for a cause that is the recipient's part: the ladder says that
// something failed there, and not always what shows it.
func (m *facts) proofs() (out []string) {
	f := m.d.RootCause
	if f == nil || !slices.Contains(reach[m.to], broke(m.d)) && !m.turn() {
		return nil
	}
	var says []string
	var shown []checks.Evidence
	for _, e := range f.Evidence {
		if !slices.Contains(says, e.Says) && len(says) < maxFacts { // a cause stands in several lines of a trace
			says, shown = append(says, e.Says), append(shown, e)
		}
	}
	for i, text := range m.says(says) {
		out = append(out, shorten(text)+m.place(shown[i:i+1]))
	}
	return out
}

// place is where the recipient finds a piece of evidence: the line of its own log; of
// what it does not have, only whose it is, where the words do not say it.
func (m *facts) place(list []checks.Evidence) string {
	if len(list) == 0 {
		return ""
	}
	e := list[0]
	if e.Kind == hosts[m.to] && e.Kind != event.KindUnknown {
		return " (" + file(e.Place()) + ")"
	}
	for _, begin := range []string{"Manager:", "SSM", "capture:", "curl:", "openssl:"} {
		if strings.HasPrefix(e.Says, begin) {
			return ""
		}
	}
	return " (" + m.whose(e.Kind) + ")"
}

// whose is a source as somebody says it who does not have it.
func (m *facts) whose(k event.Kind) string {
	switch {
	case k.HasPackets():
		return m.Source["capture"]
	case m.Source[k.String()] != "":
		return m.Source[k.String()]
	}
	return m.Source["other"]
}

// chain is the server's own certificate, as the newest connection showed it; nil: none
// did.
func (m *tried) chain() *handshake.Certificate {
	for _, c := range slices.Backward(m.d.Conns) {
		if !c.Ours && c.TLS.Chain != nil && len(c.TLS.Chain.Certificates) > 0 {
			return &c.TLS.Chain.Certificates[0]
		}
	}
	return nil
}

// certificate tells whose the server's certificate is.
func (m *facts) certificate() string {
	own := m.chain()
	if own == nil {
		return ""
	}
	names := make([]string, 0, len(own.SAN))
	for _, n := range own.SAN {
		names = append(names, n.String())
	}
	return strings.NewReplacer("{subject}", own.Subject.String(), "{issuer}", own.Issuer.String(), "{until}", own.NotAfter.UTC().Format("2006-01-02"),
		"{names}", shorten(cmp.Or(strings.Join(names, ", "), "–"))).Replace(m.texts["certificate"])
}

// inOrder are the stages that were checked and are in order, and by what: what was only
// inferred was not checked.
func (m *facts) inOrder() string {
	var stages, details []string
	for _, s := range m.ladder() {
		if f := m.d.RootCause; f != nil && !slices.ContainsFunc(f.RuledOut, func(r checks.RuledOut) bool { return r.Stage == s.Stage }) {
			continue
		}
		if (s.Status == checks.Pass || s.Status == checks.NotNeeded) && s.Basis == checks.Seen && s.Detail != "" {
			stages, details = append(stages, m.stage(s.Stage)), append(details, s.Detail)
		}
	}
	for i, detail := range m.says(details) {
		stages[i] += ": " + shorten(detail)
	}
	return strings.Join(stages, "; ")
}

// inClear reports whether a secret stands in clear in the recipient's own log.
func (m *facts) inClear() bool {
	kind, is := hosts[m.to]
	return is && slices.ContainsFunc(m.d.Findings, func(f checks.Finding) bool {
		return f.ID == "secrets-in-logs" && slices.ContainsFunc(f.Evidence, func(e checks.Evidence) bool { return e.Kind == kind })
	})
}

// longest is how many characters of a stage's detail a line has room for.
const longest = 120

func shorten(s string) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

// file is a file's name without its folder, which is one of ours.
func file(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
