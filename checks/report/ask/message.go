package ask

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"syncscope/checks"
	"syncscope/checks/report"
)

// MaxLines is how long a message is at most.
const MaxLines = 10

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
	m := message{facts: facts{p, r, &r.Diagnosis, to, say}, lang: lang}
	q, ok := choose(to, m.d)
	if !ok || m.d.Verdict == checks.OK {
		return m.nothing(), nil
	}
	return m.asks(q), nil
}

// message is one that is written.
type message struct {
	facts
	lang string
	out  []string
}

// asks are the lines of a message with a question: what is asked first, then what
// it stands on.
func (m *message) asks(q question) []string {
	m.about()
	if q.ID == "" { // what the diagnosis asks of them
		m.line("do", "step", m.d.Turn().Do)
		m.then()
		if q.Run != "" {
			m.line("run", "command", m.command(q.Run))
		}
	} else {
		m.line("question", "question", m.fill(m.Questions[q.ID].Ask))
		m.line("run", "command", m.command(q.Run))
		m.line("means", "means", m.fill(m.Questions[q.ID].Means))
	}
	m.when()
	m.seen()
	m.known()
	if q.Proof {
		m.line("proof", "command", m.command(proofCommand))
	}
	m.foot()
	return m.out
}

// then are the steps of the recipient's that follow the first one.
func (m *message) then() {
	var steps []string
	if f := m.d.RootCause; f != nil {
		for i, s := range f.Fix {
			if text := fmt.Sprintf("%s (%s; impact: %s)", s.Do, s.Where, s.Impact); i > 0 && s.Who == owners[m.to] {
				steps = append(steps, text)
			}
		}
	}
	if len(steps) > 0 {
		m.line("then", "steps", strings.Join(steps, ". "))
	}
}

// about is whom the message is to, and how sure its sentence is.
func (m *message) about() {
	name, sure := "about_unsure", ""
	if f := m.d.RootCause; f != nil {
		name, sure = "about", m.texts[f.Confidence.String()]
	}
	m.line(name, "to", m.To[m.to], "manager", m.manager(), "ssm", m.ssm(), "sentence", strings.TrimSuffix(m.sentence(), "."), "confidence", sure)
}

// nothing are the lines of a message to somebody who has nothing to do.
func (m *message) nothing() []string {
	m.line("nothing", "sentence", m.sentence())
	if facts := m.shown(); facts != "" {
		m.line("passed", "facts", facts)
	}
	if t := m.d.Turn(); t.Who != checks.OwnerNobody {
		m.line("turn", "owner", m.Owner[t.Who], "turn", t.Do)
	}
	return m.out
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
	return m.d.Sentence()
}

func (m *message) manager() string { return cmp.Or(m.d.Manager, m.texts["the_manager"]) }
func (m *message) ssm() string     { return cmp.Or(m.d.Peer, m.d.SSM, m.texts["the_ssm"]) }

// fill puts in whom a question is about.
func (m *message) fill(text string) string {
	a := m.d.Attempt()
	user := ""
	if a != nil {
		user = a.User
	}
	host, port := target(m.d.Peer)
	if host == unknownHost {
		host = m.texts["the_ssm"]
	}
	return strings.NewReplacer(
		"{user}", cmp.Or(user, m.texts["the_user"]), "{id}", cmp.Or(m.client(), m.texts["the_id"]), "{host}", host, "{port}", port,
		"{name}", cmp.Or(m.name(), m.texts["the_name"]), "{from}", cmp.Or(m.from(), m.manager()), "{proxy}", cmp.Or(m.proxy(), m.texts["the_proxy"]),
	).Replace(text)
}

// command puts the target into a command.
func (m *message) command(text string) string {
	host, port := target(m.d.Peer)
	name := m.name()
	if !isHost(name) {
		name = unknownName
	}
	text = strings.NewReplacer("{access}", accessCommand, "{calls}", callsCommand).Replace(text)
	return strings.NewReplacer("{host}", host, "{addr}", m.address(host), "{port}", port, "{name}", name, "{minute}", m.minute(), "{resolver}", m.resolver()).Replace(text)
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

// foot says what it was read from, and that no secret is in it.
func (m *message) foot() {
	client := ""
	if id := m.client(); id != "" && (m.to == SSM || m.to == Manager) {
		client = strings.ReplaceAll(m.texts["client"], "{id}", id)
	}
	var files []string
	for _, s := range m.r.Sources {
		files = appendNew(files, file(s.Source.Name()))
	}
	if more := len(files) - maxFacts; more > 1 {
		files = append(files[:maxFacts], fmt.Sprintf("+%d", more))
	}
	m.line("foot", "client", client, "files", strings.Join(files, ", "))
}
