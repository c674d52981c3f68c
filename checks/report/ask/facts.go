package ask

import (
	"cmp"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncscope/capture/event"
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

// facts are what a diagnosis holds for a recipient.
type facts struct {
	phrases
	r  report.Report
	d  *checks.Diagnosis
	to Recipient
	in []saying // the facts' words in another language; none: they stay as they are
}

// ladder are the stages of the attempt shown.
func (m *facts) ladder() []checks.StageState {
	if a := m.d.Attempt(); a != nil {
		return a.Ladder()
	}
	return nil
}

// own is the evidence from the recipient's own log, each line once: that of the
// cause first.
func (m *facts) own() (out []checks.Evidence) {
	kind, is := hosts[m.to]
	if !is {
		return nil
	}
	var all []checks.Evidence
	if f := m.d.RootCause; f != nil {
		all = append(all, f.Evidence...)
	}
	for _, s := range m.ladder() {
		all = append(all, s.Evidence...)
	}
	for _, e := range all {
		if e.Kind == kind && !slices.ContainsFunc(out, func(o checks.Evidence) bool { return o.Ref == e.Ref }) {
			out = append(out, e)
		}
	}
	return out
}

// when tells the attempt's time on the Manager's clock, in UTC where its zone is
// sure, and on the SSM's.
func (m *message) when() {
	a := m.d.Attempt()
	if a == nil {
		return
	}
	w := a.Start
	if w.WithDate() == "" {
		w = a.End
	}
	if w.WithDate() == "" {
		return
	}
	m.line("when", "time", w.WithDate(), "utc", m.utc(w))
	if there, at := m.there(); m.to == SSM && there != "" {
		m.out[len(m.out)-1] += strings.ReplaceAll(m.texts["when_there"], "{time}", there+m.utc(at))
	}
}

// utc is a time in UTC behind it; where its zone or its date is not sure, that they are
// not.
func (m *facts) utc(w event.When) string {
	switch {
	case strings.HasSuffix(w.WithDate(), "UTC"):
		return ""
	case w.Zoned && w.Dated:
		return strings.ReplaceAll(m.texts["when_utc"], "{time}", w.Time.UTC().Format("2006-01-02 15:04:05"))
	}
	return m.texts["when_zone"]
}

// there is when the recipient's own log has the attempt, with its date if that is
// sure of any line.
func (m *facts) there() (text string, at event.When) {
	for _, e := range m.own() {
		if e.Time.Dated {
			return e.Time.WithDate(), e.Time
		}
		if text == "" {
			text, at = e.Time.WithDate(), e.Time
		}
	}
	return text, at
}

// clock finds the hour and the minute of a stamp.
var clock = regexp.MustCompile(`\b\d\d:\d\d\b`)

// minute leaves the lines of the minute in which the SSM's log has the attempt; all
// where that is not known.
func (m *facts) minute() string {
	at, _ := m.there()
	if hm := clock.FindString(at); hm != "" {
		return " | grep -F '" + hm + ":'"
	}
	return ""
}

// answered finds the resolver in what is said of its answer, or of none.
var answered = regexp.MustCompile(`resolver ([0-9a-fA-F.:]+)(?: answers|, no answer)`)

// resolver is the server that the Manager asked, as dig is told it: of its own accord
// dig asks the server of whoever runs it.
func (m *facts) resolver() string {
	if s := m.ladder(); len(s) > int(checks.DNS) {
		if by := answered.FindStringSubmatch(s[checks.DNS].Detail); by != nil && isHost(by[1]) {
			return "@" + by[1] + " "
		}
	}
	return "@" + unknownServer + " "
}

// seen tells what is known to have reached the recipient's host, or was seen of
// its part.
func (m *message) seen() {
	var facts []string
	for _, e := range m.own() {
		facts = appendNew(facts, m.fact(e))
	}
	if len(facts) > maxFacts {
		facts = facts[:maxFacts]
	}
	log, stages, before := m.log(hosts[m.to]), m.shown(), len(m.out)
	early := broke(m.d) < checks.HTTP // what fails there leaves no line in the SSM's log
	switch {
	case len(facts) > 0 && m.to != SSM:
		m.line("shown", "facts", strings.Join(facts, "; "))
		return
	case len(facts) > 0:
		m.line("reached", "facts", strings.Join(facts, "; "))
		return
	case m.to == SSM && log != "" && !early:
		m.line("reached_not", "log", log)
	case m.to == SSM && !early:
		m.line("reached_unknown")
	case stages == "":
		m.line("shown_not")
	}
	if stages != "" {
		m.line("shown", "facts", stages)
	}
	m.join(before)
}

// fact is a line of the recipient's own log: when, by which container, and what.
func (m *facts) fact(e checks.Evidence) string {
	parts := []string{e.Time.WithDate(), "", m.say(e.Says)}
	if e.Kind == event.SSMMessages {
		parts[1] = container(e.Text)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// container is the tag of a syslog line: which program or container wrote it.
func container(line string) string {
	for i, field := range strings.Fields(line) {
		if tag, is := strings.CutSuffix(field, ":"); is && i >= 2 && i <= 5 && !strings.Contains(tag, "=") {
			return tag
		}
	}
	return ""
}

// log is what a kind's log is called, if it was given.
func (m *facts) log(kind event.Kind) string {
	for _, s := range m.r.Sources {
		if s.Source.Kind == kind && s.Lines > 0 {
			return file(s.Source.Name())
		}
	}
	return ""
}

// shown are the stages of the recipient's part of which something was seen.
func (m *facts) shown() string {
	facts := m.proofs()
	for _, s := range m.ladder() {
		at := s.Stage
		if checks.OnWayToProxy(m.ladder(), at) {
			at = checks.Proxy
		}
		told := slices.ContainsFunc(s.Evidence, func(e checks.Evidence) bool { return s.Detail == e.Says && slices.Contains(facts, m.proof(e)) })
		if slices.Contains(reach[m.to], at) && s.Detail != "" && s.Status != checks.Unknown && !told {
			facts = append(facts, s.Stage.Label()+" "+s.Status.Sign()+" "+shorten(m.say(s.Detail))+place(s.Evidence))
		}
	}
	if slices.Contains(reach[m.to], checks.TLS) && broke(m.d) == checks.TLS {
		facts = append(facts, cmp.Or(m.certificate(), m.texts["certificate_unseen"]))
	}
	return strings.Join(facts, "; ")
}

// proofs are what speaks for a cause that is the recipient's part: the ladder says that
// something failed there, and not always what shows it.
func (m *facts) proofs() (out []string) {
	f := m.d.RootCause
	if f == nil || !slices.Contains(reach[m.to], broke(m.d)) {
		return nil
	}
	var told []string
	for _, e := range f.Evidence {
		if !slices.Contains(told, e.Says) && len(told) < maxFacts { // a cause stands in several lines of a trace
			told, out = append(told, e.Says), append(out, m.proof(e))
		}
	}
	return out
}

// proof is a piece of evidence with its place.
func (m *facts) proof(e checks.Evidence) string {
	return shorten(m.say(e.Says)) + place([]checks.Evidence{e})
}

// certificate is what the newest connection showed of the server's own.
func (m *facts) certificate() string {
	for _, c := range slices.Backward(m.d.Conns) {
		if c.Ours || c.TLS.Chain == nil || len(c.TLS.Chain.Certificates) == 0 {
			continue
		}
		own := c.TLS.Chain.Certificates[0]
		names := make([]string, 0, len(own.SAN))
		for _, n := range own.SAN {
			names = append(names, n.String())
		}
		return strings.NewReplacer("{subject}", own.Subject.String(), "{issuer}", own.Issuer.String(), "{until}", own.NotAfter.UTC().Format("2006-01-02"),
			"{names}", shorten(cmp.Or(strings.Join(names, ", "), "–"))).Replace(m.texts["certificate"])
	}
	return ""
}

// ruledOut are the stages that are not the cause, and by what.
func (m *facts) ruledOut() string {
	var facts []string
	if f := m.d.RootCause; f != nil {
		for _, r := range f.RuledOut {
			facts = append(facts, r.Stage.Label()+": "+m.say(r.Why))
		}
		return strings.Join(facts, "; ")
	}
	for _, s := range m.ladder() {
		if s.Status == checks.Pass && s.Detail != "" {
			facts = append(facts, s.Stage.Label()+": "+shorten(m.say(s.Detail)))
		}
	}
	return strings.Join(facts, "; ")
}

// longest is how many characters of a stage's detail a line has room for.
const longest = 120

func shorten(s string) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

func place(list []checks.Evidence) string {
	if len(list) == 0 {
		return ""
	}
	return " (" + file(list[0].Place()) + ")"
}

// file is a file's name without its folder, which is one of ours.
func file(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

// known tells what is ruled out, in one line; what the evidence leaves open, and
// what was not there to see, in another.
func (m *message) known() {
	if facts := m.ruledOut(); facts != "" {
		m.line("fine", "facts", facts)
	}
	f := m.d.RootCause
	if f == nil {
		return
	}
	before := len(m.out)
	if len(f.CouldBe) > 0 {
		m.line("open", "facts", m.each(f.CouldBe))
	}
	if len(f.Missing) > 0 {
		m.line("unseen", "facts", m.each(f.Missing))
	}
	m.join(before)
}

// join makes one line of those from a place on.
func (m *message) join(from int) {
	if len(m.out) > from+1 {
		m.out = append(m.out[:from], strings.Join(m.out[from:], ". "))
	}
}

// name is the SSM's name, as the Manager calls it; empty: it calls an address.
func (m *facts) name() string {
	if s := m.ladder(); len(s) > int(checks.DNS) && s[checks.DNS].Status != checks.NotNeeded {
		host, _ := target(cmp.Or(s[checks.DNS].Object, m.d.Peer))
		if host != unknownHost {
			return host
		}
	}
	return ""
}

// proxy is the proxy that the Manager calls through; empty: it has none.
func (m *facts) proxy() string {
	if s := m.ladder(); len(s) > int(checks.Proxy) && s[checks.Proxy].Status != checks.NotNeeded {
		return s[checks.Proxy].Object
	}
	return ""
}

// from is the Manager's address on the wire.
func (m *facts) from() string {
	return m.end(func(c checks.ConnectionState) netip.AddrPort { return c.Client })
}

// address is the address that was called, where a connection shows it: whoever runs a
// command may resolve the name to another, or not at all.
func (m *facts) address(host string) string {
	if a := m.end(func(c checks.ConnectionState) netip.AddrPort { return c.Server }); isHost(a) && a != m.proxyHost() {
		return a
	}
	return host
}

// proxyHost is the proxy without its port.
func (m *facts) proxyHost() string {
	host, _ := target(m.proxy())
	return host
}

// end is one end of the newest connection to the port, or to the proxy, that the
// Manager calls; empty: none was seen.
func (m *facts) end(of func(checks.ConnectionState) netip.AddrPort) string {
	_, port := target(m.d.Peer)
	for _, c := range slices.Backward(m.d.Conns) {
		if c.Ours || !c.Client.IsValid() || strconv.Itoa(int(c.Server.Port())) != port && c.Server.String() != m.proxy() {
			continue
		}
		if m.r.End == nil {
			return of(c).Addr().String()
		}
		host, _ := target(m.r.End(of(c)))
		return host
	}
	return ""
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
