package logline_test

import (
	"testing"

	"syncscope/capture/logline"
)

// What is left of a value that was cut is not another value.
func TestACutValueIsNone(t *testing.T) {
	for _, line := range []string{
		"Nov 14 09:14:18 ssm 8def82934c0a: method=POST path=/oauth/token format=json controller=Doorkeeper::TokensController action=create status=500 error='Rack::Timeout::RequestTimeoutException: Request ran for longer' duration=15003.21 view=2.29",
		"Nov 14 09:14:18 ssm 8def82934c0a: method=POST path=/oauth/token format=json controller=Doorkeeper::TokensController action=create status=500 error='Errno::ENOSPC' duration=15003.21 view=2.29",
		"Nov 14 09:14:18 ssm 8def82934c0a: Redis::CannotConnectError (Error connecting to Redis):",
	} {
		whole := parse(line)
		if whole.Exception.Empty() {
			t.Errorf("%q has no exception", line)
		}
		for n := range line {
			e := parse(line[:n])
			if !e.Exception.Empty() && e.Exception != whole.Exception || e.Status != 0 && e.Status != whole.Status || e.Took != 0 && e.Took != whole.Took {
				t.Errorf("cut at %d: exception %q, status %d, took %s", n, e.Exception, e.Status, e.Took)
			}
		}
	}
}

// Of a message that was cut, it is told which topic it may be, if only one; and of a
// thread's name, that it was.
func TestACutMessage(t *testing.T) {
	for _, tt := range []struct {
		message string
		topic   logline.Topic
		cut     bool
	}{
		{"Uploading lic", logline.TopicReport, true}, {"U", logline.TopicNone, true}, {"Failed to ", logline.TopicNone, true}, {"Failed to sync lic", logline.TopicSyncFailed, true},
		{"Upgrading", logline.TopicNone, false},
	} {
		if e := parse(manager + tt.message); e.Begun != tt.topic || e.Cut != tt.cut || e.Topic != logline.TopicNone || e.ThreadCut {
			t.Errorf("%q: %v, cut %v", tt.message, e.Begun, e.Cut)
		}
	}
	for text, cut := range map[string]bool{
		"13-Jan-2023 17:29:03,490 IST ERROR [n] [RestAPIClient] (default task-2": true, "13-Jan-2023 17:29:03,490 IST ERROR [n] [RestAPI": true,
		"13-Jan-2023 17:29:03,490 IST ERROR [n] [RestAPIClient] (default task-24)": false, "13-Jan-2023 17:29:03,490 IST ERROR [n] [RestAPIClient] (default task-24) |def": false,
	} {
		if e := parse(text); e.ThreadCut != cut || !e.Cut {
			t.Errorf("%q: cut in the thread's name %v", text, e.ThreadCut)
		}
	}
}
