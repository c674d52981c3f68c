package ask

import (
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
		do := m.says([]string{strings.TrimSuffix(s.Do, "."), s.Impact})
		if steps[i] = do[0]; s.Where != "" {
			steps[i] += strings.NewReplacer("{where}", m.say(s.Where), "{impact}", do[1]).Replace(m.texts["place"])
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
		if text := m.command(c.Run); whole(text) {
			m.line("run", "at", m.At[c.At], "command", text)
		}
	case !has && a.shell.Run != "" && a.shell.On != checks.ShellUnknown:
		m.line("run", "at", m.At[m.shellOf(a.shell.On)], "command", a.shell.Run)
	}
}

// shellOf is where a cause's own command is run, as its rule says it. Who has no shell
// of the Manager's runs beside it what looks at the way from there.
func (m *message) shellOf(on checks.Shell) string {
	switch {
	case on == checks.ShellSSM:
		return "ssm"
	case on == checks.ShellCLI:
		return "cli"
	case m.to == Manager:
		return "vshell"
	}
	return "manager-side"
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
	out := strings.NewReplacer("{manager}", m.sender(), "{ssm}", m.ssm()).Replace(m.texts["sync"])
	if tenant := m.d.TenantOf(m.d.Attempt()); tenant != "" {
		out += strings.ReplaceAll(m.texts["tenant"], "{tenant}", tenant)
	}
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
