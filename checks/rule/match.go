package rule

import (
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/logline"
)

// topicNames are the topics that rules may name.
var topicNames = map[string]logline.Topic{
	"token-url":       logline.TopicTokenURL,
	"health":          logline.TopicHealth,
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

// Said is a Manager line or a line that goes on with it.
const Said = "said"

func isManager(f logline.Form) bool {
	return f == logline.Manager || f == logline.ManagerMore
}

// Entry reports whether a log line's fields are what m asks for.
func (m *Match) Entry(e *event.LogEntry) bool {
	return m.Fact == "" && m.Check == "" &&
		(m.Errno == 0 || m.Errno == e.Errno) &&
		glob(m.Message, e.Message.String()) &&
		glob(m.Value, e.Value.String()) &&
		(m.Form == "" || m.Form == e.Form.String() || m.Form == Said && isManager(e.Form)) &&
		(m.Topic == "" || topicNames[m.Topic] == e.Topic) &&
		(m.Status == 0 || m.Status == e.Status) &&
		(m.Size == 0 || m.Size == e.Size) &&
		glob(m.Method, e.Method.String()) &&
		glob(m.Path, e.Path.String()) &&
		glob(m.ErrorCode, e.ErrorCode.String()) &&
		glob(m.ErrorText, e.ErrorText.String()) &&
		glob(m.Exception, e.Exception.String()) &&
		glob(m.GrantType, e.GrantType.String())
}

// Result gives the lines of a command's output that are what m asks for.
func (m *Match) Result(r *event.CheckResult) (lines []int) {
	if m.Check == "" || checkNames[m.Check] != r.Check {
		return nil
	}
	for i, l := range r.Lines {
		if glob(m.Text, l.String()) {
			return []int{i} // the first says it; the others repeat it
		}
	}
	return nil
}

// checkNames are the commands that rules may name.
var checkNames = map[string]cliout.Check{
	"curl": cliout.Curl, "openssl": cliout.OpenSSL, "ping": cliout.Ping, "nslookup": cliout.Nslookup,
}

// glob matches text against patterns with *, any of those between |; an empty
// pattern matches all.
func glob(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	if other, not := strings.CutPrefix(pattern, "!"); not {
		return text != "" && !glob(other, text)
	}
	if one, others, ok := strings.Cut(pattern, "|"); ok {
		return glob(one, text) || glob(others, text)
	}
	return wild(strings.ToLower(pattern), strings.ToLower(text))
}

// wild matches text against one pattern: * stands for anything, ? for one byte.
func wild(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // let the last * take one byte more
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
