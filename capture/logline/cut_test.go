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
		`Nov 14 09:14:18 ssm 0bb: 192.0.2.20 - - [14/Nov/2025:09:14:18 +0000] "POST /backend/oauth/token?grant_type=password HTTP/1.1" 403 1213 "-" "Apache-HttpClient/4.5.11 (Java/11.0.7)" "-"`,
		`Nov 14 09:14:18 ssm 0bb: 2025/11/14 09:14:03 [error] 47#47: *1576 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.201, server: , request: "POST /backend/oauth/token HTTP/1.1", upstream: "http://172.18.0.5:3000/oauth/token", host: "198.51.100.55:8443"`,
	} {
		whole := parse(line)
		for n := range line {
			e := parse(line[:n])
			if e.Size != 0 && e.Size != whole.Size || e.Client.IsValid() && e.Client != whole.Client || e.Errno != 0 && e.Errno != whole.Errno {
				t.Errorf("cut at %d: size %d, client %s, errno %d", n, e.Size, e.Client, e.Errno)
			}
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
