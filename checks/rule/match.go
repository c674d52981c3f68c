package rule

import (
	"math"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
)

// topicNames are the topics that rules may name.
var topicNames = map[string]logline.Topic{
	"token-url":       logline.TopicTokenURL,
	"health":          logline.TopicHealth,
	"front":           logline.TopicFront,
	"tls":             logline.TopicTLS,
	"phase":           logline.TopicPhase,
	"report":          logline.TopicReport,
	"request-failed":  logline.TopicRequestFailed,
	"user-failed":     logline.TopicUserFailed,
	"auth-failed":     logline.TopicAuthFailed,
	"authenticated":   logline.TopicAuthenticated,
	"licences":        logline.TopicLicences,
	"sync-done":       logline.TopicSyncDone,
	"sync-failed":     logline.TopicSyncFailed,
	"upstream-failed": logline.TopicUpstreamFailed,
	"no-upstream":     logline.TopicNoUpstream,
	"request":         logline.TopicRequest,
}

// formNames are the forms that rules may name.
func formNames() []string {
	var out []string
	for _, f := range logline.Forms() {
		out = append(out, f.String())
	}
	return out
}

// Said is a Manager line or a line that goes on with it; SSM is a line in which
// a program of the SSM tells of itself, not of whom it answered.
const (
	Said = "said"
	SSM  = "ssm"
)

// groups are the names of several forms.
var groups = map[string]forms{
	Said: 1<<logline.Manager | 1<<logline.ManagerMore,
	SSM: 1<<logline.NginxError | 1<<logline.Rails | 1<<logline.RailsOther | 1<<logline.Redis | 1<<logline.Postgres |
		1<<logline.Kernel | 1<<logline.Syslog,
}

// checkNames are the commands that rules may name.
var checkNames = func() map[string]cliout.Check {
	out := map[string]cliout.Check{}
	for _, c := range cliout.Checks() {
		out[c.String()] = c
	}
	delete(out, cliout.CheckUnknown.String())
	return out
}()

// forms is a set of forms.
type forms uint32

// anyForm holds the forms that nobody knows yet, too.
const anyForm forms = math.MaxUint32

func (s forms) has(f logline.Form) bool { return s == anyForm || s>>f&1 != 0 }

// formsOf are those that a name in a rule stands for; none, if nothing has that
// name.
func formsOf(name string) (s forms) {
	if name == "" {
		return anyForm
	}
	if s, ok := groups[name]; ok {
		return s
	}
	for _, f := range logline.Forms() {
		if f.String() == name {
			s |= 1 << f
		}
	}
	return s
}

// Matcher is a Match made ready: names are values, and patterns are split and
// lower-case. It is made once and compares many lines.
type Matcher struct {
	forms  forms         // none: no log line is what it asks for
	topic  logline.Topic // TopicNone: any
	check  cliout.Check  // CheckUnknown: no command's output is what it asks for
	errno  int
	status int
	size   int64
	texts  []textMatcher // of the parts of a request, and of values
	words  []words.Word  // of what the line's program wrote
	output words.Glob
}

// textMatcher asks for one text of a line.
type textMatcher struct {
	of func(*event.LogEntry) string
	words.Glob
}

// texts are the parts of a request and the values that a Match may name.
var texts = []struct {
	pattern func(*Match) string
	of      func(*event.LogEntry) string
}{
	{func(m *Match) string { return m.Method }, func(e *event.LogEntry) string { return e.Method.String() }},
	{func(m *Match) string { return m.Path }, func(e *event.LogEntry) string { return e.Path.String() }},
	{func(m *Match) string { return m.Value }, func(e *event.LogEntry) string { return e.Value.String() }},
}

// patterns are what the Match asks of what a line's program wrote: it is looked for
// below the gate, where nothing is masked.
func (m *Match) patterns() (out []words.Pattern) {
	for _, p := range []words.Pattern{
		{Field: words.Message, Glob: m.Message}, {Field: words.ErrorText, Glob: m.ErrorText}, {Field: words.ErrorCode, Glob: m.ErrorCode},
		{Field: words.Exception, Glob: m.Exception}, {Field: words.GrantType, Glob: m.GrantType},
	} {
		if p.Glob != "" {
			out = append(out, p)
		}
	}
	return out
}

// Matcher makes m ready. A name that nothing has matches nothing, and so does a
// pattern that was not compiled.
func (m *Match) Matcher(compiled *words.Matcher) Matcher {
	c := Matcher{
		forms: formsOf(m.Form), topic: topicNames[m.Topic], check: checkNames[m.Check],
		errno: m.Errno, status: m.Status, size: m.Size, output: words.NewGlob(m.Text),
	}
	if m.Fact != "" || m.Check != "" || m.Topic != "" && c.topic == logline.TopicNone {
		c.forms = 0
	}
	for _, t := range texts {
		if p := t.pattern(m); p != "" {
			c.texts = append(c.texts, textMatcher{t.of, words.NewGlob(p)})
		}
	}
	for _, p := range m.patterns() {
		w, ok := compiled.Word(p)
		if !ok {
			c.forms = 0
		}
		c.words = append(c.words, w)
	}
	return c
}

// Entry reports whether a log line's fields are what the Match asks for.
func (c *Matcher) Entry(e *event.LogEntry) bool {
	if !c.forms.has(e.Form) || c.topic != logline.TopicNone && c.topic != e.Topic ||
		c.status != 0 && c.status != e.Status || c.size != 0 && c.size != e.Size || c.errno != 0 && c.errno != e.Errno {
		return false
	}
	for i := range c.texts {
		if t := &c.texts[i]; !t.Match(t.of(e)) {
			return false
		}
	}
	for _, w := range c.words {
		if !e.Words.Has(w) {
			return false
		}
	}
	return true
}

// Output gives the line of a command's output that is what the Match asks for:
// the first says it, the others repeat it.
func (c *Matcher) Output(r *event.CheckResult) (line int, ok bool) {
	if c.check == cliout.CheckUnknown || c.check != r.Check {
		return 0, false
	}
	for i, l := range r.Lines {
		if c.output.Match(l.String()) {
			return i, true
		}
	}
	return 0, false
}
