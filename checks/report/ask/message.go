package ask

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"syncscope/checks"
	"syncscope/checks/report"
)

// A message has at most so many lines and characters: more is no message.
const (
	MaxLines = 10
	MaxRunes = 2500
)

// Write writes the message to a recipient in a language (en, ko or ar). Where
// nothing is to ask there, it says so and names whose turn it is.
func Write(w io.Writer, r report.Report, to Recipient, lang string) error {
	lines, err := Lines(r, to, lang)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return err
}

// Lines are the message's lines.
func Lines(r report.Report, to Recipient, lang string) ([]string, error) {
	p, err := words(lang)
	if err != nil {
		return nil, err
	}
	say, err := sayings(lang)
	if err != nil {
		return nil, err
	}
	all, err := questions()
	if err != nil {
		return nil, err
	}
	m := message{facts: facts{tried{r, &r.Diagnosis}, p, to, say}, lang: lang, commands: all.Commands}
	a, ok := chooser{&m.facts, all.Questions}.choose()
	switch {
	case !ok:
		m.nothing()
	case r.Diagnosis.Attempt() == nil && r.Diagnosis.RootCause == nil:
		m.unseen(a)
	default:
		m.asks(a)
	}
	return m.out, nil
}

// message is one that is written.
type message struct {
	facts
	lang     string
	commands map[string]command
	brief    bool // there is no room for what is in order
	out      []string
}

// asks are the lines of a message with a question or a step: what is asked first, then
// what it stands on.
func (m *message) asks(a asked) {
	m.head()
	if !a.turn && len(a.steps) > 0 {
		m.next()
	}
	m.what(a)
	m.run(a)
	if means := m.means(a.question); means != "" {
		m.line("means", "means", means)
	}
	if when := m.when(); when != "" {
		m.line("when", "when", when)
	}
	m.seen()
	m.known(a.turn && !a.inPlace)
	if a.Proof {
		m.line("proof")
		m.line("command", "command", m.command(proofCommand))
	}
	m.foot()
	if text := strings.Join(m.out, "\n"); !m.brief && utf8.RuneCountInString(text) > MaxRunes {
		m.out, m.brief = nil, true
		m.asks(a)
	}
}

// head is whom the message is to, and the sentence. A sync is told of where one was seen.
func (m *message) head() {
	if m.d.Attempt() == nil {
		m.line("unseen", "to", m.To[m.to], "manager", m.manager(), "sentence", m.verdict())
		return
	}
	m.line("about", "to", m.To[m.to], "what", m.about(), "sentence", m.verdict())
}

// what is the question, or the recipient's own steps.
func (m *message) what(a asked) {
	if a.inPlace {
		m.line("question", "question", m.fill(m.Questions[a.ID].Ask))
		return
	}
	steps := make([]string, len(a.steps))
	for i, s := range a.steps {
		if steps[i] = m.say(strings.TrimSuffix(s.Do, ".")); s.Where != "" {
			steps[i] += fmt.Sprintf(" (%s; impact: %s)", s.Where, s.Impact)
		}
	}
	if !a.turn {
		m.line("part", "steps", strings.Join(steps, ". "))
		return
	}
	m.line("do", "step", steps[0])
	if len(steps) > 1 {
		m.line("then", "steps", strings.Join(steps[1:], ". "))
	}
}

// run is the command that belongs to what is asked, unless its output was given.
func (m *message) run(a asked) {
	c, has := m.commands[a.Run]
	switch {
	case has && m.holds(nil, c.Unless):
		m.line("run", "at", m.At[c.At], "command", m.command(c.Run))
	case !has && a.shell != "":
		m.line("run", "at", m.At[m.shellOf(a.shell)], "command", a.shell)
	}
}

// shellOf is where a cause's own command is run: the Manager has a command line and,
// behind it, a shell.
func (m *message) shellOf(command string) string {
	switch {
	case m.to != Manager:
		return "own"
	case strings.HasPrefix(command, "show ") || strings.HasPrefix(command, "request "):
		return "cli"
	}
	return "vshell"
}

// means are the clauses of a question for which there is evidence.
func (m *message) means(q question) string {
	var out []string
	for _, c := range q.Means {
		if m.holds(c.When, c.Unless) {
			out = append(out, m.fill(m.Questions[q.ID].Means[c.Say]))
		}
	}
	return strings.Join(out, " ")
}

// about is what was tried: from where to where.
func (m *message) about() string {
	out := strings.NewReplacer("{manager}", m.manager(), "{ssm}", m.ssm()).Replace(m.texts["sync"])
	if p := m.proxy(); p != "" {
		out += strings.ReplaceAll(m.texts["through"], "{proxy}", p)
	}
	return out
}

// verdict is the sentence, and how sure it is.
func (m *message) verdict() string {
	out := strings.TrimSuffix(m.sentence(), ".")
	if f := m.d.RootCause; f != nil {
		out += " (" + m.texts[f.Confidence.String()] + ")"
	}
	return out
}

// nothing are the lines of a message to somebody who has nothing to do.
func (m *message) nothing() {
	what := ""
	if m.d.Attempt() != nil {
		what = m.about() + ". "
	}
	m.line("nothing", "sentence", m.verdict(), "what", what)
	if when := m.when(); when != "" && m.d.Attempt() != nil {
		m.line("when", "when", when)
	}
	if facts := m.stages(checks.Pass, checks.NotNeeded); len(facts) > 0 {
		m.line("shown", "facts", strings.Join(facts, "; "))
	}
	m.next()
	m.clear()
}

// next says whose the next step is.
func (m *message) next() {
	if t := m.d.Turn(); t.Who != checks.OwnerNobody {
		m.line("turn", "owner", m.Owner[t.Who], "turn", m.say(strings.TrimSuffix(t.Do, ".")))
	}
}

// unseen are the lines of a message where no attempt was seen: what was covered, and the
// one step that makes one be seen.
func (m *message) unseen(a asked) {
	m.head()
	m.what(a)
	if covered := m.covered(); covered != "" {
		m.line("covered", "spans", covered)
	}
	if m.d.Heard.Manager {
		m.line("still_none")
	}
	m.foot()
}

// line adds a phrase with its names filled in. What a log wrote cannot begin
// another line.
func (m *message) line(name string, fill ...string) {
	text := m.texts[name]
	for i := 0; i < len(fill); i += 2 {
		text = strings.ReplaceAll(text, "{"+fill[i]+"}", fill[i+1])
	}
	m.out = append(m.out, strings.Join(strings.Fields(text), " "))
}

// sentence is the verdict: the runbook's heading where the language has one.
func (m *message) sentence() string {
	if f := m.d.RootCause; f != nil && m.lang != "en" {
		page, ok := checks.Runbook(m.lang, f.ID)
		english, _ := checks.Runbook("en", f.ID)
		if heading, _, _ := strings.Cut(page, "\n"); ok && page != english {
			return strings.TrimPrefix(heading, "# ") + "."
		}
	}
	return m.say(m.d.Sentence())
}

func (m *message) manager() string { return cmp.Or(m.d.Manager, m.texts["the_manager"]) }
func (m *message) ssm() string     { return cmp.Or(m.d.Peer, m.d.SSM, m.texts["the_ssm"]) }

// fill puts in whom a question is about.
func (m *message) fill(text string) string {
	user := ""
	if a := m.d.Attempt(); a != nil {
		user = a.User
	}
	host, port := target(m.d.Peer)
	if host == unknownHost {
		host = m.texts["the_ssm"]
	}
	return strings.NewReplacer(
		"{user}", cmp.Or(user, m.texts["the_user"]), "{id}", cmp.Or(m.client(), m.texts["the_id"]), "{host}", host, "{port}", port,
		"{name}", cmp.Or(m.name(), m.texts["the_name"]), "{from}", m.wherefrom(), "{proxy}", cmp.Or(m.proxy(), m.texts["the_proxy"]),
	).Replace(text)
}

// wherefrom is the Manager by its address; where that is not known, by its name.
func (m *message) wherefrom() string {
	if a := m.from(); a != "" {
		return a
	}
	if seen := m.seenAs(); seen != "" {
		return seen
	}
	return strings.ReplaceAll(m.texts["no_address"], "{manager}", m.manager())
}

// client is the client ID as a person finds it: our token of it is in no list.
func (m *message) client() string {
	a := m.d.Attempt()
	if a == nil {
		return ""
	}
	begins, length := checks.ClientHint(a.ClientID)
	text := m.texts["id_long"]
	switch {
	case begins == "":
		return ""
	case length == "":
		text = m.texts["id"]
	}
	return strings.NewReplacer("{begins}", begins, "{length}", length).Replace(text)
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
	before := len(m.out)
	switch {
	case len(facts) > 0 && m.to == SSM:
		m.line("reached", "facts", strings.Join(facts, "; "))
		m.caller()
	case m.to == SSM && broke(m.d) >= checks.HTTP && m.replaced(): // what fails before leaves no line in the SSM's log
		m.line("reached_not")
	case m.to == SSM && broke(m.d) >= checks.HTTP && !m.d.Heard.SSM:
		m.line("reached_unknown")
	}
	switch stages := m.shown(); {
	case m.to != SSM && len(facts) > 0:
		if m.atCertificate() {
			facts = appendNew(facts, m.certificate())
		}
		m.line("shown", "facts", strings.Join(facts, "; "))
	case stages != "" && len(facts) == 0:
		m.line("shown", "facts", stages)
	}
	m.join(before)
}

// caller tells whom the SSM's log names for the Manager.
func (m *message) caller() {
	if a := m.seenAs(); a != "" {
		user := ""
		if at := m.d.Attempt(); at != nil && at.User != "" {
			user = strings.ReplaceAll(m.texts["caller_user"], "{user}", at.User)
		}
		m.line("caller", "address", a, "user", user)
	}
}

// known tells what was checked and is in order; and, where no question asks for it, what
// the evidence leaves open and what was not there to see.
func (m *message) known(open bool) {
	before := len(m.out)
	if facts := m.inOrder(); facts != "" && !m.brief {
		m.line("fine", "facts", facts)
	}
	if f := m.d.RootCause; f != nil && open {
		if len(f.CouldBe) > 0 {
			m.line("open", "facts", m.each(f.CouldBe))
		}
		if len(f.Missing) > 0 {
			m.line("missing", "facts", m.each(f.Missing))
		}
	}
	m.join(before)
}

// join makes one line of those from a place on.
func (m *message) join(from int) {
	if len(m.out) > from+1 {
		m.out = append(m.out[:from], strings.Join(m.out[from:], ". "))
	}
}

// clear tells the admin of a host that a secret stands in clear in its log.
func (m *message) clear() {
	if m.inClear() {
		m.line("in_clear")
	}
}

// foot says what it was read from, and that no secret is in it.
func (m *message) foot() {
	before := len(m.out)
	m.clear()
	id := m.client()
	told := strings.Contains(strings.Join(m.out, "\n"), id)
	if !told && m.holds([]string{"sign-in"}, nil) && (m.to == SSM || m.to == Manager) {
		m.line("client", "id", id)
	}
	var from []string
	for _, s := range m.r.Sources {
		from = appendNew(from, m.whose(s.Source.Kind))
	}
	m.line("foot", "sources", strings.Join(from, ", "))
	m.join(before)
}
