package checks

import (
	"strings"

	"syncscope/capture"
	"syncscope/capture/logline"
)

// formNames are the forms as rules name them, by logline.Form.
var formNames = [...]string{"plain", "manager", "manager-more", "nginx-error", "nginx-access", "rails", "rails-other", "redis", "postgres", "kernel", "chronyd", "syslog"}

// topicNames are the topics that rules may name.
var topicNames = map[string]logline.Topic{
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

// entry reports whether a log line's fields are what m asks for.
func (m Match) entry(e *capture.LogEntry) bool {
	return m.Fact == "" &&
		(m.Form == "" || m.Form == formNames[e.Form]) &&
		(m.Topic == "" || topicNames[m.Topic] == e.Topic) &&
		(m.Status == 0 || m.Status == e.Status) &&
		(m.Size == 0 || m.Size == e.Size) &&
		glob(m.Method, e.Method.String()) &&
		glob(m.Path, e.Path.String()) &&
		glob(m.ErrorCode, e.ErrorCode.String()) &&
		glob(m.ErrorText, e.ErrorText.String()) &&
		glob(m.Exception, e.Exception.String())
}

// glob matches text against a pattern with *; an empty pattern matches all.
func glob(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	parts := strings.Split(strings.ToLower(pattern), "*")
	text = strings.ToLower(text)
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(text, part)
		}
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return text == ""
}
