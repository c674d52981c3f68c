package checks

import (
	"strings"

	"syncscope/capture"
)

// formNames are the forms as rules name them, by capture.Form.
var formNames = [...]string{"plain", "manager", "manager-more", "nginx-error", "nginx-access", "rails", "rails-other", "redis", "postgres", "kernel", "chronyd", "syslog"}

// topicNames are the topics that rules may name.
var topicNames = map[string]capture.Topic{
	"token-url":       capture.TopicTokenURL,
	"request-failed":  capture.TopicRequestFailed,
	"user-failed":     capture.TopicUserFailed,
	"auth-failed":     capture.TopicAuthFailed,
	"authenticated":   capture.TopicAuthenticated,
	"licences":        capture.TopicLicences,
	"sync-done":       capture.TopicSyncDone,
	"sync-failed":     capture.TopicSyncFailed,
	"upstream-failed": capture.TopicUpstreamFailed,
	"no-upstream":     capture.TopicNoUpstream,
	"request":         capture.TopicRequest,
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
		glob(m.Exception, e.Exception.String()) &&
		glob(m.GrantType, e.GrantType.String())
}

// glob matches text against a pattern with *; an empty pattern matches all.
func glob(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	if other, not := strings.CutPrefix(pattern, "!"); not {
		return text != "" && !glob(other, text)
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
