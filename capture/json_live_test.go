package capture_test

import (
	"encoding/json"
	"testing"

	"syncscope/capture/event"
)

// A log that is followed as a runtime or journald writes it, in JSON, is read as the
// log itself is.
func TestAFollowedLogInJSON(t *testing.T) {
	const said = `10.1.1.9 - - [13/Jan/2023:11:17:01 +0000] "POST /backend/oauth/token HTTP/1.1" 403 121 "-" "x" "-"`
	object := func(pairs map[string]any) string {
		b, err := json.Marshal(pairs)
		if err != nil {
			t.Fatal(err)
		}
		return string(b) + "\n"
	}
	manager := "13-Jan-2023 17:29:03,490 IST ERROR [n] [SmartLicensingUtil] (default task-24) |default| Failed to authenticate user - 'u'."
	for name, text := range map[string]string{
		"docker":        object(map[string]any{"log": said + "\n", "stream": "stdout", "time": "2023-01-13T11:17:01.5Z"}),
		"docker, red":   object(map[string]any{"log": "\x1b[31m" + said + "\x1b[0m\n", "stream": "stdout", "time": "2023-01-13T11:17:01.5Z"}),
		"journald":      object(map[string]any{"__REALTIME_TIMESTAMP": "1673608621000000", "_HOSTNAME": "ssm", "SYSLOG_IDENTIFIER": "e4ce50bef757", "MESSAGE": said}),
		"of bytes":      object(map[string]any{"__REALTIME_TIMESTAMP": "1673608621000000", "MESSAGE": numbers(said)}),
		"several lines": object(map[string]any{"log": "first\n" + said + "\n", "time": "2023-01-13T11:17:01.5Z"}),
	} {
		events, _ := decode(t, event.SSMMessages, text)
		found := 0
		for _, ev := range events {
			if e, ok := ev.(event.LogEntry); ok && e.Status == 403 && e.Client.String() == "10.1.1.9" && e.From.Line == 1 {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: the request is read %d times: %+v", name, found, events)
		}
	}
	events, _ := decode(t, event.ManagerLog, object(map[string]any{"@timestamp": "2023-01-13T11:59:03Z", "message": manager}))
	if e, ok := events[0].(event.LogEntry); !ok || e.Thread.String() != "default task-24" {
		t.Errorf("the Manager's line is %+v", events)
	}
	events, _ = decode(t, event.SSMMessages, `{"a":1}`+"\n")
	if _, ok := events[0].(event.Plain); !ok {
		t.Errorf("an object of no log is %+v", events)
	}
}

func numbers(s string) (out []int) {
	for _, c := range []byte(s) {
		out = append(out, int(c))
	}
	return out
}
