package rule

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

var (
	testTexts    = []redact.Text{{}, redact.Literal("Grant not found"), redact.Literal("/oauth/token"), redact.Literal("İ Kelvin \u212a")}
	testPatterns = []string{"", "", "", "*grant*", "!*grant*", "*oauth/token|*k", "?*"}
	testTopics   = []string{"", "", "", "health", "request", "request-failed"}
	testForms    = []string{"", "", Said, "manager", "manager-more", "rails", "nginx-access"}
)

func oneOf[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// anyMatch asks for few things, so that some lines have them.
func anyMatch(r *rand.Rand) Match {
	m := Match{Form: oneOf(r, testForms), Topic: oneOf(r, testTopics)}
	switch r.IntN(12) {
	case 0:
		return Match{Fact: "weather", Form: m.Form}
	case 1, 2:
		return Match{Check: oneOf(r, []string{"curl", "ping"}), Text: oneOf(r, testPatterns[3:])}
	case 3:
		m.Status = 403
	case 4:
		m.Size = 121
	case 5:
		m.Errno = 111
	}
	for _, field := range []*string{&m.Method, &m.Path, &m.ErrorCode, &m.ErrorText, &m.Exception, &m.GrantType, &m.Message, &m.Value} {
		if r.IntN(6) == 0 {
			*field = oneOf(r, testPatterns)
		}
	}
	return m
}

func anyEntry(r *rand.Rand) *event.LogEntry {
	e := &event.LogEntry{}
	e.Form = oneOf(r, []logline.Form{logline.Manager, logline.ManagerMore, logline.Rails, logline.NginxAccess, 200})
	e.Topic = oneOf(r, []logline.Topic{logline.TopicNone, logline.TopicHealth, logline.TopicRequest, logline.TopicRequestFailed, 201})
	e.Status, e.Size, e.Errno = oneOf(r, []int{0, 403}), oneOf(r, []int64{0, 121}), oneOf(r, []int{0, 111})
	for _, field := range []*redact.Text{&e.Method, &e.Path, &e.ErrorCode, &e.ErrorText, &e.Exception, &e.GrantType, &e.Message, &e.Value} {
		*field = oneOf(r, testTexts)
	}
	return e
}

// matches is what a pattern means; the words package tests that.
func matches(pattern, text string) bool {
	g := words.NewGlob(pattern)
	return g.Match(text)
}

// worded gives a line the words that a parser would find in it.
func worded(s *Set, e *event.LogEntry) *event.LogEntry {
	e.Words = nil
	for f, text := range map[words.Field]redact.Text{
		words.Message: e.Message, words.ErrorText: e.ErrorText, words.ErrorCode: e.ErrorCode, words.Exception: e.Exception, words.GrantType: e.GrantType,
	} {
		e.Words = s.Words().In(e.Words, f, []byte(text.String()), nil)
	}
	return e
}

// asks says what a Match asks of a line: TestSearchMissesNothing holds the
// index and the Matcher against it.
func asks(m Match, e *event.LogEntry) bool {
	return m.Fact == "" && m.Check == "" &&
		(m.Form == "" || m.Form == e.Form.String() || m.Form == Said && (e.Form == logline.Manager || e.Form == logline.ManagerMore)) &&
		(m.Topic == "" || topicNames[m.Topic] == e.Topic) &&
		(m.Status == 0 || m.Status == e.Status) && (m.Size == 0 || m.Size == e.Size) && (m.Errno == 0 || m.Errno == e.Errno) &&
		matches(m.Method, e.Method.String()) && matches(m.Path, e.Path.String()) &&
		matches(m.ErrorCode, e.ErrorCode.String()) && matches(m.ErrorText, e.ErrorText.String()) &&
		matches(m.Exception, e.Exception.String()) && matches(m.GrantType, e.GrantType.String()) &&
		matches(m.Message, e.Message.String()) && matches(m.Value, e.Value.String())
}

// expected are the hits of one match, tried on everything.
func expected(m Match, lines []*event.LogEntry, outputs []*event.CheckResult) (out []Hit) {
	for i, e := range lines {
		if asks(m, e) {
			out = append(out, Hit{At: i})
		}
	}
	for i, r := range outputs {
		n := slices.IndexFunc(r.Lines, func(l redact.Text) bool { return matches(m.Text, l.String()) })
		if m.Check != "" && checkNames[m.Check] == r.Check && n >= 0 {
			out = append(out, Hit{At: i, Line: n})
		}
	}
	return out
}

// The index passes over no line and no output that a match asks for, and keeps
// their order.
func TestSearchMissesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	found := map[string]int{}
	for range 300 {
		var rules []Rule
		for range 12 {
			rules = append(rules, Rule{
				Evidence: []Proof{{Match: anyMatch(r)}, {Match: anyMatch(r)}, {Match: anyMatch(r)}},
				Unless:   []Match{anyMatch(r), anyMatch(r)}[:r.IntN(3)],
			})
		}
		var lines []*event.LogEntry
		for range 20 {
			lines = append(lines, anyEntry(r))
		}
		var outputs []*event.CheckResult
		for _, c := range []cliout.Check{cliout.Curl, cliout.Ping, cliout.Curl, cliout.OpenSSL} {
			outputs = append(outputs, &event.CheckResult{Result: cliout.Result{Check: c, Lines: []redact.Text{oneOf(r, testTexts), oneOf(r, testTexts)}}})
		}
		set := NewSet(rules)
		for _, e := range lines {
			worded(set, e)
		}
		hits := set.Search(slices.Values(lines), outputs)
		check := func(got []Hit, m Match) {
			t.Helper()
			want := expected(m, lines, outputs)
			if !slices.EqualFunc(got, want, func(a, b Hit) bool { return a.At == b.At && a.Line == b.Line }) {
				t.Fatalf("%+v: found %v, want %v", m, got, want)
			}
			found[fmt.Sprint(m.Topic != "", m.Form != "", m.Check != "")] += len(got)
		}
		for i := range rules {
			for k, p := range rules[i].Evidence {
				check(hits.Evidence(i, k), p.Match)
			}
			for k, m := range rules[i].Unless {
				check(hits.Unless(i, k), m)
			}
		}
	}
	if len(found) != 5 || found["false false true"] == 0 {
		t.Errorf("not every kind of match finds something: %v", found)
	}
}

// A rule is passed over only if nothing but support can speak for it, or a piece
// of evidence is missing that it needs.
func TestMayApply(t *testing.T) {
	failed, health, fact := Match{Topic: "request-failed"}, Match{Topic: "health"}, Match{Fact: "weather"}
	e := &event.LogEntry{}
	e.Topic = logline.TopicRequestFailed
	for _, tt := range []struct {
		name     string
		evidence []Proof
		want     bool
	}{
		{"a line", []Proof{{Match: failed, Weight: Weak}}, true},
		{"no line", []Proof{{Match: health, Weight: Literal}}, false},
		{"support", []Proof{{Match: failed, Weight: Support}, {Match: health, Weight: Strong}}, false},
		{"a fact", []Proof{{Match: fact, Weight: Strong}}, true},
		{"a fact as support", []Proof{{Match: fact, Weight: Support}}, false},
		{"a line is missing", []Proof{{Match: failed, Weight: Strong}, {Match: health, Weight: Weak, Needs: true}}, false},
		{"a fact may hold", []Proof{{Match: failed, Weight: Strong}, {Match: fact, Weight: Weak, Needs: true}}, true},
		{"what it needs is there", []Proof{{Match: failed, Weight: Strong, Needs: true}}, true},
	} {
		h := NewSet([]Rule{{Evidence: []Proof{{Match: health}}, Unless: []Match{failed}}, {Evidence: tt.evidence}}).Search(slices.Values([]*event.LogEntry{e}), nil)
		if got := h.MayApply(1, false); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// No rule that may apply is left out of the candidates; where nothing was found they are
// those only, and nothing is made that lines are held against.
func TestCandidates(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	found, left := 0, 0
	for range 300 {
		var rules []Rule
		for range 12 {
			rules = append(rules, Rule{Evidence: []Proof{
				{Match: anyMatch(r), Weight: oneOf(r, []Weight{Support, Weak})}, {Match: anyMatch(r), Weight: Support, Needs: r.IntN(4) == 0},
			}})
		}
		set := NewSet(rules)
		e := anyEntry(r)
		for _, lines := range [][]*event.LogEntry{nil, {e}} {
			if len(lines) > 0 {
				worded(set, e)
			} else if set.matchers != nil {
				t.Fatal("made before the first line")
			}
			hits := set.Search(slices.Values(lines), nil)
			for _, support := range []bool{false, true} {
				c := hits.Candidates(support)
				for i := range rules {
					may, is := hits.mayApply(i, support), slices.Contains(c, i)
					if hits.MayApply(i, support) != may {
						t.Fatalf("%+v, support %v: may apply is not %v", rules[i], support, may)
					}
					if may && !is || is && !may && len(hits.list) == 0 {
						t.Fatalf("%+v, support %v: candidate %v, may apply %v", rules[i], support, is, may)
					}
					if !is {
						left++
					} else if len(hits.list) > 0 {
						found++
					}
				}
			}
		}
	}
	if found == 0 || left == 0 {
		t.Errorf("%d candidates of lines, %d left out", found, left)
	}
}

// What a rule names wrongly is matched by nothing, not by what has no name.
func TestUnknownNamesMatchNothing(t *testing.T) {
	for _, m := range []Match{{Topic: "weather"}, {Form: "attic"}, {Check: "attic", Text: "*"}} {
		c := m.Matcher(words.Compile(nil))
		if c.Entry(&event.LogEntry{}) {
			t.Errorf("%+v matches a line", m)
		}
		if _, ok := c.Output(&event.CheckResult{Result: cliout.Result{Lines: testTexts}}); ok {
			t.Errorf("%+v matches an output", m)
		}
	}
}
