package logline_test

import (
	"testing"

	"syncscope/capture/logline"
)

// What the SSM's host says of itself is told by who wrote the line and in its own
// words; the same words in a command, a name or a request are nobody's.
func TestWhatTheHostSays(t *testing.T) {
	const host = "Jan 13 11:17:01 SSM-On-Prem "
	for _, tt := range []struct {
		line  string
		form  logline.Form
		topic logline.Topic
		value string
		words string
	}{
		{"0bb: 2023/01/13 11:17:01 [emerg] 8#8: SSL_CTX_use_PrivateKey(\"/x\") failed (SSL: error:0B080074:key values mismatch)", logline.NginxError, logline.TopicFront, "start", `SSL_CTX_use_PrivateKey("/x") failed (SSL: error:0B080074:key values mismatch)`},
		{"nginx[7]: nginx: [emerg] host not found in upstream \"b\"", logline.NginxError, logline.TopicFront, "start", `host not found in upstream "b"`},
		{"0bb: 2023/01/13 11:17:01 [alert] 47#47: 1024 worker_connections are not enough", logline.NginxError, logline.TopicFront, "load", "1024 worker_connections are not enough"},
		{`0bb: 2023/01/13 11:17:01 [error] 47#47: *7 open() "/x" failed (2: No such file), client: 192.0.2.9, server: , request: "GET /worker_connections are not enough HTTP/1.1"`, logline.NginxError, logline.TopicNone, "", `open() "/x" failed (2: No such file)`},
		{`dockerd[9]: time="2023-01-13T11:17:01Z" level=error msg="Bind for 0.0.0.0:8443 failed: port is already allocated"`, logline.Syslog, logline.TopicFront, "start", `Bind for 0.0.0.0:8443 failed: port is already allocated"`},
		{`dockerd[9]: time="2023-01-13T11:17:01Z" level=error msg="write /x: no space left on device"`, logline.Syslog, logline.TopicHealth, "", `write /x: no space left on device"`},
		{"kernel: nf_conntrack: table full, dropping packet", logline.Kernel, logline.TopicFront, "filter", "nf_conntrack: table full, dropping packet"},
		{"kernel: REJECT: IN=e OUT= SRC=192.0.2.9 DST=192.0.2.1 PROTO=TCP SPT=4 DPT=8443 SYN", logline.Kernel, logline.TopicFront, "8443", "REJECT: IN=e OUT= SRC=192.0.2.9 DST=192.0.2.1 PROTO=TCP SPT=4 DPT=8443 SYN"},
		{"kernel: ACCEPT: IN=e OUT= SRC=192.0.2.9 DST=192.0.2.1 PROTO=TCP SPT=4 DPT=8443 SYN", logline.Kernel, logline.TopicNone, "", ""},
		{"kernel: Memory cgroup out of memory: Killed process 9 (ruby)", logline.Kernel, logline.TopicHealth, "", "Memory cgroup out of memory: Killed process 9 (ruby)"},
		{"kernel: Out of memory: Killed process 5512 (clamd) total-vm:1402112kB", logline.Kernel, logline.TopicHealth, "beside", "Out of memory: Killed process 5512 (clamd) total-vm:1402112kB"},
		{"kernel: Out of memory: Killed process 5512 (redis-server) total-vm:1402112kB", logline.Kernel, logline.TopicHealth, "", "Out of memory: Killed process 5512 (redis-server) total-vm:1402112kB"},
		{"kernel: oom-kill:constraint=CONSTRAINT_NONE,task_memcg=/system.slice/clamd.service,task=clamd,pid=5512,uid=0", logline.Kernel, logline.TopicHealth, "beside", "oom-kill:constraint=CONSTRAINT_NONE,task_memcg=/system.slice/clamd.service,task=clamd,pid=5512,uid=0"},
		{"kernel: Out of memory and no killable processes", logline.Kernel, logline.TopicHealth, "", "Out of memory and no killable processes"},
		{"rsyslogd: file '/var/log/maillog': write error: No space left on device", logline.Syslog, logline.TopicHealth, "beside", "file '/var/log/maillog': write error: No space left on device"},
		{"8def82934c0a: write /x: No space left on device", logline.Syslog, logline.TopicHealth, "", "write /x: No space left on device"},
		{"firewalld[2]: WARNING: COMMAND_FAILED: 'x' failed: iptables: No chain/target/match by that name.", logline.Syslog, logline.TopicFront, "filter", "WARNING: COMMAND_FAILED: 'x' failed: iptables: No chain/target/match by that name."},
		{"systemd: Failed to start Docker Application Container Engine.", logline.Syslog, logline.TopicFront, "start", "Failed to start Docker Application Container Engine."},
		{"sudo: a : COMMAND=/bin/grep No space left on device /var/log/messages", logline.Syslog, logline.TopicNone, "", ""},
		{"sshd[7]: Invalid user nginx: [emerg] from 192.0.2.9", logline.Syslog, logline.TopicNone, "", ""},
		{"0aa: NoMethodError (undefined method `id' for nil:NilClass):", logline.RailsOther, logline.TopicHealth, "", "undefined method `id' for nil:NilClass):"},
		{"0aa: F, [2023-01-13T11:17:01.1 #1] FATAL -- : [4f1c] KeyError (key not found):", logline.RailsOther, logline.TopicHealth, "", "key not found):"},
		{"0aa: method=POST path=/oauth/token controller=C status=500 error='KeyError: can't be it' duration=2.38 user_agent=disk full", logline.Rails, logline.TopicRequest, "", "can't be it"},
	} {
		e := parse(host + tt.line)
		if e.Form != tt.form || e.Topic != tt.topic || e.Value.String() != tt.value || e.ErrorText.String() != tt.words {
			t.Errorf("%s: %s, topic %d, value %q, words %q", tt.line, e.Form, e.Topic, e.Value, e.ErrorText)
		}
	}
}

// A page tells its maker, in one line or over several.
func TestAPageTellsItsMaker(t *testing.T) {
	answer := manager + "Failed to process POST request uri: x . Code: 403 Message: "
	for _, tt := range []struct {
		lines []string
		maker string
	}{
		{[]string{answer + "<html><title>Web Page Blocked!</title></html>"}, "device"},
		{[]string{answer + "<html><p>Generated by proxy.example (squid/5.7)</p></html>"}, "proxy"},
		{[]string{answer + "<html><center>nginx/1.22.1</center></html>"}, "nginx"},
		{[]string{answer + "<html><title>SSM On-Prem</title></html>"}, "ssm"},
		{[]string{answer + "<html>", "<body>Your access was denied by the", "security policy</body>"}, "device"},
		{[]string{answer + "<html><title>Unblocked bypass, ray identity</title></html>"}, ""},
		{[]string{answer + `{"error":"x","error_message":"Web Page Blocked"}`}, ""},
		{[]string{answer + "<html></html>", "security policy"}, ""},
	} {
		if e := parse(tt.lines...); e.Value.String() != tt.maker {
			t.Errorf("%q: %q, not %q", tt.lines, e.Value, tt.maker)
		}
	}
}

// How much came is told by the whole number: a line that was cut tells nothing of it.
func TestNoLicences(t *testing.T) {
	for text, want := range map[string]struct {
		value string
		cut   bool
	}{
		": 0 bytes": {"none", false}, ": 2 bytes": {"none", false}, ": 373 bytes": {"", false}, ": 3": {"", true}, ": 2": {"", true}, ": 37 by": {"", true}, "": {"", true},
	} {
		e := parse(manager + "Received licenses" + text)
		if e.Topic != logline.TopicLicences || e.Value.String() != want.value || e.Cut != want.cut {
			t.Errorf("%q: topic %d, value %q, cut %v", text, e.Topic, e.Value, e.Cut)
		}
	}
}
