package logline_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/capture/logline"
	"syncscope/capture/redact"
)

func parse(lines ...string) logline.Entry {
	p := logline.NewParser(redact.NewWithKey([]byte("test")))
	var e logline.Entry
	for _, l := range lines {
		p.Line(redact.Wrap([]byte(l)), false, &e)
	}
	return e
}

const manager = `13-Jan-2023 17:29:03,490 IST ERROR [um8_vManage] [RestAPIClient] (default task-24) |default| `

func TestManagerLines(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		topic      logline.Topic
		sev        logline.Severity
		cut        bool
		check      func(logline.Entry) bool
	}{
		{"20.9", manager + `Failed to process POST request uri: backend/oauth/token?grant_type=password&client_id=abcdefgh12345678&username=svc&password=******* . Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`,
			logline.TopicRequestFailed, logline.Error, false, func(e logline.Entry) bool {
				return e.Status == 403 && e.ErrorCode.String() == "invalid_client" && e.ErrorText.String() == "Grant not found." && e.User.String() == "svc" &&
					e.SourceMasked && e.Path.String() == "backend/oauth/token" && e.Host.String() == "um8_vManage" && e.Thread.String() == "default task-24"
			}},
		{"20.16 with an empty id", `14-Mar-2024 00:00:00,001 UTC INFO [] [vm12] [SmartLicensingUtil] (pool-1 - 2) || Getting onPrem server details`,
			logline.TopicServerDetails, logline.Info, false, func(e logline.Entry) bool {
				return e.Host.String() == "vm12" && e.Stamp.Zoned && e.Thread.String() == "pool-1 - 2"
			}},
		{"2026 with a whole month and an id", `11-June-2026 03:53:37,310 EDT INFO [a66cdc5f-807d-4c23-944e-5c809a2ece6b] [server] [AbstractSettingsManager] (default task-40704) |default| Found smart licensing mode is online`,
			logline.TopicMode, logline.Info, false, func(e logline.Entry) bool {
				return e.Value.String() == "online" && e.Stamp.Time.Month() == 6 && !e.Stamp.Zoned && e.Stamp.Dated
			}},
		{"no proxy", `13-Jan-2023 17:29:02,793 IST INFO [n] [RestAPIClient] (t) |default| RestAPI proxy host`, logline.TopicProxyHost, logline.Info, false, func(e logline.Entry) bool { return e.Value.Empty() }},
		{"a proxy", `13-Jan-2023 17:29:02,793 IST INFO [n] [RestAPIClient] (t) |default| RestAPI proxy host 10.1.1.9`, logline.TopicProxyHost, logline.Info, false, func(e logline.Entry) bool { return e.Value.String() == "10.1.1.9" }},
		{"a doubled address", `13-Jan-2023 17:29:02,781 IST INFO [n] [SmartLicensingUtil] (t) |default| intializing client Map {clientUrl=172.20.85.137https://172.20.85.137, client_secret=abcdefgh87654321, client_id=abcdefgh12345678}`,
			logline.TopicClientMap, logline.Info, false, func(e logline.Entry) bool {
				return e.Peer.String() == "172.20.85.137" && strings.HasPrefix(e.ClientID.String(), "client#") && strings.HasPrefix(e.Secret.String(), "secret#")
			}},
		{"a mode that was cut is none", `13-Jan-2023 17:29:02,793 IST INFO [n] [AbstractSettingsManager] (t) |default| Found smart licensing mode is onp`, logline.TopicMode, logline.Info, true, func(e logline.Entry) bool { return e.Value.Empty() }},
		{"a mode in the settings' spelling", `13-Jan-2023 17:29:02,793 IST INFO [n] [AbstractSettingsManager] (t) |default| Found smart licensing mode is "On-Prem"`, logline.TopicMode, logline.Info, false, func(e logline.Entry) bool { return e.Value.String() == logline.OnPrem }},
		{"a mode that nobody knows is none", `13-Jan-2023 17:29:02,793 IST INFO [n] [AbstractSettingsManager] (t) |default| Found smart licensing mode is csm`, logline.TopicMode, logline.Info, false, func(e logline.Entry) bool { return e.Value.Empty() }},
		{"a user that was cut is none", `13-Jan-2023 17:29:02,793 IST INFO [n] [SmartLicensingUtil] (t) |default| URL backend/oauth/token?grant_type=password&username=sv`, logline.TopicTokenURL, logline.Info, true, func(e logline.Entry) bool {
			return e.User.Empty() && e.GrantType.String() == "password"
		}},
		{"a blank field", `13-Jan-2023 17:29:02,793 IST INFO [n] [SmartLicensingUtil] (t) |default| URL backend/oauth/token?grant_type=password&client_id=&client_secret=abcdefgh87654321`, logline.TopicTokenURL, logline.Info, false, func(e logline.Entry) bool {
			return e.BlankField.String() == "client ID"
		}},
		{"an exception that names its peer", manager + `Failed to process POST request uri: backend/oauth/token?x=y . Message: Connect to 10.1.1.9:3128 [/10.1.1.9] failed: Connection refused: a.b.HttpHostConnectException: x`,
			logline.TopicRequestFailed, logline.Error, false, func(e logline.Entry) bool { return e.Peer.String() == "10.1.1.9:3128" }},
		{"cut in its thread", `13-Jan-2023 17:29:03,490 IST ERROR [n] [SmartLicensingIntegrationRestfulResource] (default t`, 0, logline.Error, true, func(e logline.Entry) bool { return e.Thread.String() == "default t" }},
		{"an exception", manager + `Failed to process POST request uri: backend/oauth/token?x=y . Message: Connect to 10.1.1.1:8443 failed: org.apache.http.conn.HttpHostConnectException: refused`,
			logline.TopicRequestFailed, logline.Error, false, func(e logline.Entry) bool {
				return e.Exception.String() == "org.apache.http.conn.HttpHostConnectException" && e.Status == 0
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := parse(tt.line)
			if e.Form != logline.Manager || e.Topic != tt.topic || e.Severity != tt.sev || e.Cut != tt.cut || !tt.check(e) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestSSMLines(t *testing.T) {
	const head = "Jan 13 11:17:01 SSM-On-Prem 504f06c0d581: "
	for _, tt := range []struct {
		name, line string
		form       logline.Form
		topic      logline.Topic
		check      func(logline.Entry) bool
	}{
		{"nginx error", head + `2023/07/13 11:17:01 [error] 47#47: *1576 connect() failed (111: Connection refused) while connecting to upstream, client: 10.66.76.85, server: , request: "POST /backend/oauth/token?client_id=abcdefgh12345678 HTTP/1.1", upstream: "http://[fd00:dead:beef::5]:3000/oauth/token", host: "172.20.85.137:8443"`,
			logline.NginxError, logline.TopicUpstreamFailed, func(e logline.Entry) bool {
				return e.Conn == 1576 && e.Errno == 111 && e.Client.String() == "10.66.76.85" && e.UpstreamIP.Port() == 3000 && e.Path.String() == "/backend/oauth/token"
			}},
		{"nginx error without its quotes", head + `2023/07/13 11:17:01 [error] 47#47: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.66.76.85, server: , request: "POST /backend/oauth/token HTTP/1.1", upstream: http://[fd00::5]:3000/oauth/token, host: "h"`,
			logline.NginxError, logline.TopicUpstreamFailed, func(e logline.Entry) bool { return e.Upstream.String() == "[fd00::5]:3000" }},
		{"upstream off", head + `2023/07/13 11:17:01 [warn] 47#47: *1 upstream server temporarily disabled while connecting to upstream, client: 10.66.76.85`,
			logline.NginxError, logline.TopicUpstreamOff, func(e logline.Entry) bool { return e.Severity == logline.Warn }},
		{"access", head + `10.66.76.85https://10.66.76.85 - - [13/Jan/2023:11:17:01 +0000] "POST /backend/oauth/token?grant_type=password&username=svc HTTP/1.1" 403 121 "-" "Apache-HttpClient/4.5.11 (Java/11.0.7)" "-"`,
			logline.NginxAccess, logline.TopicRequest, func(e logline.Entry) bool {
				return e.Status == 403 && e.Size == 121 && e.Client.String() == "10.66.76.85" && e.User.String() == "svc" && e.Written.Zoned && strings.HasPrefix(e.Agent.String(), "Apache")
			}},
		{"access, cut", head + `10.66.76.85 - - [13/Jan/2023:11:17:01 +0000] "POST /backend/`, logline.NginxAccess, logline.TopicRequest, func(e logline.Entry) bool { return e.Cut && e.Status == 0 }},
		{"Rails", head + `method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=403 duration=17.67 view=2.29`,
			logline.Rails, logline.TopicRequest, func(e logline.Entry) bool {
				return e.Status == 403 && e.Method.String() == "POST" && e.Took.Microseconds() == 17670
			}},
		{"Redis", head + `1:M 07 Dec 2023 22:21:32.971 * 100 changes in 300 seconds. Saving...`, logline.Redis, logline.TopicSaving, func(e logline.Entry) bool { return e.Role.String() == "redis" }},
		{"Redis failing is not routine", head + `1:M 07 Dec 2023 22:21:32.971 # Background saving error`, logline.Redis, logline.TopicHealth, func(e logline.Entry) bool { return e.Severity == logline.Warn }},
		{"PostgreSQL stopping", head + `2024-03-18 07:24:03.527 UTC [24201] LOG:  database system is shut down`, logline.Postgres, logline.TopicHealth, func(e logline.Entry) bool { return e.ErrorText.String() == "database system is shut down" }},
		{"PostgreSQL at work is not trouble", head + `2024-03-18 07:24:03.521 UTC [24210] LOG:  checkpoint complete: wrote 91 buffers`, logline.Postgres, 0, func(e logline.Entry) bool { return e.Severity == logline.Info }},
		{"a Ruby exception behind its request id", head + `[4f1c] PG::ConnectionBad (connection to server failed: Connection refused`, logline.RailsOther, logline.TopicHealth, func(e logline.Entry) bool {
			return e.Exception.String() == "PG::ConnectionBad" && strings.HasPrefix(e.ErrorText.String(), "connection to server")
		}},
		{"Rails with its exception", head + `method=POST path=/oauth/token controller=C status=500 error='Redis::CommandError: MISCONF x' duration=2.38`, logline.Rails, logline.TopicRequest, func(e logline.Entry) bool {
			return e.Exception.String() == "Redis::CommandError" && strings.HasPrefix(e.ErrorText.String(), "MISCONF")
		}},
		{"the kernel kills", "Jan 13 11:14:46 SSM-On-Prem kernel: Out of memory: Killed process 4711 (ruby)", logline.Kernel, logline.TopicHealth, func(e logline.Entry) bool { return true }},
		{"a full disk, from whatever program", "Jan 13 11:14:46 SSM-On-Prem dockerd[1]: write /var/lib/x: No space left on device", logline.Syslog, logline.TopicHealth, func(e logline.Entry) bool { return true }},
		{"a client's TLS", head + `2023/07/13 11:17:01 [crit] 47#47: *3 SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL handshaking, client: 10.66.76.85, server: 0.0.0.0:8443`, logline.NginxError, logline.TopicTLS, func(e logline.Entry) bool { return true }},
		{"chronyd", "Jan 13 11:14:46 SSM-On-Prem chronyd[1319]: Source 10.0.0.1 replaced with 10.0.0.2", logline.Chronyd, logline.TopicClockSource, func(e logline.Entry) bool { return true }},
		{"chronyd without a source is not routine", "Jan 13 11:14:46 SSM-On-Prem chronyd[1319]: Can't synchronise: no selectable sources", logline.Chronyd, 0, func(e logline.Entry) bool { return true }},
		{"session", head + "[INFO] Session expiring outcome=success", logline.RailsOther, logline.TopicSession, func(e logline.Entry) bool { return true }},
		{"another program", "Jan 13 11:14:46 SSM-On-Prem systemd: Started Session 5.", logline.Syslog, 0, func(e logline.Entry) bool { return e.Role.String() == "systemd" }},
		{"a prompt", "[root@SSM-On-Prem log]# tail -f messages", logline.FormPlain, 0, func(e logline.Entry) bool { return true }},
		{"almost a stamp", "Jan 13 25:14:46 host tag: x", logline.FormPlain, 0, func(e logline.Entry) bool { return true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if e := parse(tt.line); e.Form != tt.form || e.Topic != tt.topic || !tt.check(e) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestStackTraceBelongsToItsLine(t *testing.T) {
	e := parse(manager+"Failed to process POST request uri: x . Message: y", "Caused by: javax.net.ssl.SSLHandshakeException: z")
	if e.Form != logline.ManagerMore || e.Exception.String() != "javax.net.ssl.SSLHandshakeException" || e.Thread.String() != "default task-24" {
		t.Errorf("%+v", e)
	}
	if e := parse("Caused by: a.b.CException"); e.Form != logline.ManagerMore || !e.Stamp.Time.IsZero() || !e.Thread.Empty() {
		t.Errorf("the rest of a trace whose head is in another file: %+v", e)
	}
	for _, text := range []string{"at the end (of the day)", "Caused by a person", "\tat least one"} {
		if e := parse(text); e.Form != logline.FormPlain {
			t.Errorf("%q is taken for a stack trace's line", text)
		}
	}
}

// A page of HTML is part of the line that it answers; what follows it is not.
func TestPageBelongsToItsLine(t *testing.T) {
	page := []string{manager + "Failed to process POST request uri: x . Code: 502 Message: <html>", "<center>nginx/1.22.1</center>"}
	if e := parse(page...); e.Form != logline.ManagerMore || !strings.Contains(e.Message.String(), "nginx") {
		t.Errorf("%+v", e)
	}
	for _, end := range []string{"</html>", "</HTML>", "</body></Html>"} {
		if e := parse(append(page, end, "Dear colleague,")...); e.Form != logline.FormPlain {
			t.Errorf("prose behind a page that %s ends: %+v", end, e)
		}
	}
}

func TestFramesTellThePhase(t *testing.T) {
	e := parse(manager+"Failed to process POST request uri: x . Message: y", "	at java.base/sun.security.ssl.SSLSocketImpl.startHandshake(SSLSocketImpl.java:440)")
	if e.Topic != logline.TopicPhase || e.Value.String() != "tls handshake" {
		t.Errorf("%+v", e)
	}
}

// Of the recorded logs, only prompts, fences, blanks and traces are not read.
func TestRecordedLogsAreRead(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/cases/*/*") // the pattern is well formed
	plain, all := 0, 0
	for _, name := range files {
		if b := filepath.Base(name); b != "messages" && b != "vmanage-server.log" {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		p := logline.NewParser(redact.New())
		in := bufio.NewScanner(f)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			all++
			var e logline.Entry
			p.Line(redact.Wrap([]byte(in.Text())), false, &e)
			text := strings.TrimSpace(in.Text())
			if e.Form == logline.FormPlain && text != "" && text != "```" && !strings.Contains(text, "]# ") {
				plain++
				if plain < 6 {
					t.Logf("%s: %s", name, e.Full)
				}
			}
		}
		f.Close()
	}
	if all == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	if plain*100 > all*3 {
		t.Errorf("%d of %d lines are not read", plain, all)
	}
	t.Logf("%d of %d lines are not read", plain, all)
}

func FuzzParser(f *testing.F) {
	f.Add([]byte(manager + "URL backend/oauth/token?client_id=x"))
	f.Add([]byte("Jan 13 11:17:01 h t: 10.0.0.1 - - [13/Jan/2023:11:17:01 +0000] \"GET / HTTP/1.1\" 200 1"))
	f.Add([]byte("Jan 13 11:17:01 h t: 1:M 07 Dec 2023 22:21:32.971 * x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e := parse(string(b))
		if len(b) > 0 && e.Full.Empty() && e.Message.Empty() && strings.TrimRight(string(b), "\r\n") != "" {
			t.Fatalf("%q is gone", b)
		}
	})
}

func BenchmarkManagerLine(b *testing.B) {
	line := []byte(manager + "Sync Licenses and Refresh Devices completed")
	p := logline.NewParser(redact.New())
	b.SetBytes(int64(len(line)))
	var e logline.Entry
	for b.Loop() {
		p.Line(redact.Wrap(line), false, &e)
	}
}
