package checks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"syncscope/checks"
)

// What the Manager says when nobody takes its connection.
var (
	refusedThere  = failed("org.apache.http.conn.HttpHostConnectException", "Connect to 10.106.66.55:8443 [/10.106.66.55] failed: Connection refused (Connection refused)", "Caused by: java.net.ConnectException: Connection refused (Connection refused)")
	silentThere   = failed("org.apache.http.conn.ConnectTimeoutException", "Connect to 10.106.66.55:8443 [/10.106.66.55] failed: connect timed out")
	hungUp        = failed(handshaking, "Remote host terminated the handshake", "Caused by: java.io.EOFException: SSL peer shut down incorrectly")
	internalError = code(500, `{"status":500,"error":"Internal Server Error"}`)
)

// expiring is what the SSM's application logs all the time.
const expiring = "8def82934c0a: [INFO] Session expiring outcome=success"

// looked is its line of a request of somebody else's.
const looked = "8def82934c0a: method=GET path=/sessions/get_user format=json controller=SessionsController action=get_user status=200 duration=2.61 view=0.77 db=0.00"

// there is the SSM's log of a time, without a request of the Manager's.
func there(clock string, lines ...string) string {
	out := ""
	for _, l := range lines {
		out += "Jan 13 " + clock + " SSM-On-Prem " + l + "\n"
	}
	return out
}

// quoting is an SSM's log that has words only where others put them: in a path, an
// agent, a referrer, a name that signed in and a command.
func quoting(status int, words string) string {
	access := `0bb: 10.66.76.81 - - [13/Jan/2023:11:17:03 +0000] "POST /backend/oauth/token?grant_type=password&client_id=` + id + "&username=" + strings.ReplaceAll(words, " ", "%20") + ` HTTP/1.1" %d 46 "` + words + `" "` + words + `" "-"`
	return there("11:17:02", "sshd[77]: Invalid user "+words+" from 192.0.2.9 port 22", "sudo: admin : TTY=pts/0 ; USER=root ; COMMAND=/bin/grep "+words+" /var/log/messages",
		`0bb: 2023/01/13 11:17:02 [error] 4#4: *5 open() "/usr/share/nginx/html/x" failed (2: No such file or directory), client: 192.0.2.9, server: , request: "GET /`+words+` HTTP/1.1", host: "`+words+`"`) +
		there("11:17:03", fmt.Sprintf(access, status))
}

// raised is the SSM's log of a sign-in in which Rails raised an exception.
func raised(class, text string) string {
	return trouble(500, "0aa: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=500 error='"+class+": "+text+"' duration=2.38 view=0.00 user_agent=Java/11", "0aa: [4f1c] "+class+" ("+text+"):")
}

const dropped = "IN=ens192 OUT= MAC=00:50:56:aa:bb:cc:00:50:56:dd:ee:ff:08:00 SRC=%s DST=10.106.66.55 LEN=60 TOS=0x00 PREC=0x00 TTL=61 ID=4711 DF PROTO=TCP SPT=40000 DPT=%d WINDOW=64240 RES=0x00 SYN URGP=0"

func caught(label, from string, port int) string {
	return "kernel: " + label + fmt.Sprintf(dropped, from, port)
}

// hostSignatures are of what the hosts themselves say: the SSM's web server, its
// container and its packet filter, its databases, its application; the Manager.
var hostSignatures = []signature{
	{"ssm-web-server-down", checks.Likely, [][]string{
		{refusedThere, there("11:16:50", `0bb: 2023/01/13 11:16:50 [emerg] 1#1: bind() to 0.0.0.0:8443 failed (98: Address already in use)`)},
		{refusedThere, there("11:12:50", `0bb: nginx: [emerg] host not found in upstream "backend:3000" in /etc/nginx/conf.d/default.conf:12`)},
		{refusedThere, there("11:16:50", `nginx[812]: nginx: [emerg] cannot load certificate "/etc/nginx/ssl/server.crt": BIO_new_file() failed (SSL: error:02001002:system library:fopen:No such file or directory)`)},
		{refusedThere, there("11:16:50", `dockerd-current[812]: time="2023-01-13T11:16:50.1Z" level=error msg="Handler for POST /v1.26/containers/front/start returned error: OCI runtime create failed: container_linux.go:380: starting container process caused: no such file"`)},
		{hungUp, there("11:16:50", `dockerd[812]: time="2023-01-13T11:16:50.1Z" level=warning msg="Failed to allocate and map port 8443-8443: Bind for 0.0.0.0:8443 failed: port is already allocated"`)},
		{refusedThere, there("11:16:50", "systemd: Failed to start The nginx HTTP and reverse proxy server.")},
		{refusedThere, there("11:16:50", `kernel: audit: type=1400 audit(1673608610.1:77): avc:  denied  { name_bind } for  pid=9 comm="nginx" src=8443 scontext=system_u:system_r:httpd_t:s0 tclass=tcp_socket`)},
	}, [][]string{
		{refusedThere, there("10:50:00", `0bb: 2023/01/13 10:50:00 [emerg] 1#1: bind() to 0.0.0.0:8443 failed (98: Address already in use)`)},                                                                         // long ago
		{silentThere, there("11:16:50", `0bb: 2023/01/13 11:16:50 [emerg] 1#1: bind() to 0.0.0.0:8443 failed (98: Address already in use)`)},                                                                          // nobody refuses
		{refusedThere, there("11:16:50", `0bb: 2023/01/13 11:16:50 [emerg] 1#1: bind() to 0.0.0.0:8443 failed (98: Address already in use)`) + "Jan 13 11:16:51 other kernel: Out of memory: Killed process 9 (x)\n"}, // which of two hosts was called?
		{code(403, grantGone), there("11:16:50", `0bb: nginx: [emerg] host not found in upstream "backend:3000"`)},
		{refusedThere, there("11:16:50", "sudo: admin : COMMAND=/bin/grep nginx: [emerg] bind() failed /var/log/messages")},
	}},
	{"ssm-web-server-overloaded", checks.Likely, [][]string{
		{hungUp, there("11:17:02", "0bb: 2023/01/13 11:17:02 [alert] 47#47: 512 worker_connections are not enough")},
		{hungUp, there("11:17:02", "0bb: 2023/01/13 11:17:02 [crit] 47#47: accept4() failed (24: Too many open files)")},
		{code(500, "<html>\n<center>nginx/1.22.1</center>"), trouble(500, upstream("socket() failed (24: Too many open files) while connecting to"))},
		{failed("org.apache.http.NoHttpResponseException", "10.106.66.55:8443 failed to respond"), there("11:17:02", "0bb: 2023/01/13 11:17:02 [alert] 47#47: *9 768 worker_connections are not enough while waiting for request, client: 192.0.2.9, server: 0.0.0.0:8443")},
	}, [][]string{
		{refusedThere, there("11:17:02", "0bb: 2023/01/13 11:17:02 [alert] 47#47: 512 worker_connections are not enough")},
		{hungUp, quoting(200, "512 worker_connections are not enough")},
	}},
	{"ssm-host-firewall", checks.Likely, [][]string{
		{silentThere, there("11:17:02", caught("FINAL_REJECT: ", "10.66.76.81", 8443))},
		{silentThere, there("11:17:02", caught("[12345.678] IPTables-Dropped: ", "10.66.76.81", 443))},
		{silentThere, there("11:14:02", "kernel: nf_conntrack: table full, dropping packet")},
		{silentThere, there("11:12:02", "firewalld[9]: ERROR: COMMAND_FAILED: '/usr/sbin/iptables-restore -w -n' failed: iptables-restore: No chain/target/match by that name.")},
		{failed("java.net.NoRouteToHostException", "No route to host (Host unreachable)"), there("11:17:02", caught("filter_IN_public_REJECT: ", "10.66.76.81", 8443))},
	}, [][]string{
		{silentThere, there("11:17:02", caught("FINAL_REJECT: ", "10.66.76.81", 22))},                                                                    // another port
		{silentThere, there("11:17:02", caught("ACCEPTED: ", "10.66.76.81", 8443))},                                                                      // it passed
		{silentThere, there("11:09:02", caught("FINAL_REJECT: ", "10.66.76.81", 8443))},                                                                  // anybody's, long before
		{silentThere, listing(syn, syn, syn), there("11:17:02", caught("FINAL_REJECT: ", "203.0.113.9", 8443))},                                          // another client's
		{failed(timeout, "Read timed out"), packets(hello, acked), there("11:17:02", "kernel: nf_conntrack: nf_conntrack: table full, dropping packet")}, // it came about
		{silentThere, quoting(200, "nf_conntrack: table full, dropping packet")},
	}},
	{"answer-too-big", checks.Confirmed, [][]string{
		{code(502, "<html>\n<center>nginx/1.22.1</center>"), trouble(502, upstream("upstream sent too big header while reading response header from"))},
	}, [][]string{
		{code(502, "<html>"), trouble(502, upstream("connect() failed (111: Connection refused) while connecting to"))},
		{code(502, "<html>"), quoting(502, "upstream sent too big header while reading response header from upstream")},
	}},
	{"redis-read-only", checks.Confirmed, [][]string{
		{internalError, raised("Redis::CommandError", "READONLY You can't write against a read only slave.")},
		{internalError, raised("RedisClient::ReadOnlyError", "READONLY You can't write against a read only replica. (redis://redis:6379)")},
	}, [][]string{
		{internalError, raised("Redis::CommandError", "MISCONF Redis is configured to save RDB snapshots")},
		{internalError, quoting(500, "READONLY You can't write against a read only replica.")},
	}},
	{"redis-too-many-clients", checks.Confirmed, [][]string{
		{internalError, raised("Redis::CommandError", "ERR max number of clients reached")},
		{internalError, raised("Redis::CannotConnectError", "ERR max number of clients reached")},
	}, [][]string{
		{internalError, raised("PG::ConnectionBad", "FATAL:  sorry, too many clients already")},
		{internalError, quoting(500, "ERR max number of clients reached")},
	}},
	{"database-credentials", checks.Confirmed, [][]string{
		{internalError, raised("PG::ConnectionBad", `FATAL:  password authentication failed for user "lic"`)},
		{internalError, raised("ActiveRecord::ConnectionNotEstablished", `connection to server at "172.18.0.3", port 5432 failed: FATAL:  no pg_hba.conf entry for host "172.18.0.9", user "lic", database "lic", SSL off`)},
		{internalError, raised("Redis::CommandError", "NOAUTH Authentication required.")},
		{internalError, raised("Redis::CannotConnectError", "WRONGPASS invalid username-password pair or user is disabled.")},
	}, [][]string{
		{internalError, trouble(500, `0cc: 2023-01-13 11:17:03.501 UTC [24] FATAL:  password authentication failed for user "lic"`)}, // nothing says that the application tried
		{internalError, raised("PG::ConnectionBad", "connection to server failed: Connection refused")},
		{code(401, `{"error":"invalid_grant","error_message":"password authentication failed for user svc"}`)},
		{internalError, quoting(500, `password authentication failed for user lic`)},
	}},
	{"ssm-upgrade-unfinished", checks.Confirmed, [][]string{
		{internalError, raised("ActiveRecord::StatementInvalid", `PG::UndefinedTable: ERROR:  relation "oauth_access_grants" does not exist`)},
		{internalError, raised("PG::UndefinedColumn", `ERROR:  column "confidential" does not exist`)},
		{internalError, raised("ActiveRecord::PendingMigrationError", "Migrations are pending. To resolve this issue, run: bin/rails db:migrate")},
	}, [][]string{
		{internalError, raised("ActiveRecord::StatementInvalid", "PG::QueryCanceled: ERROR:  canceling statement due to statement timeout")},
		{internalError, quoting(500, "PG::UndefinedTable: ERROR: relation does not exist")},
	}},
	{"ssm-application-error", checks.Likely, [][]string{
		{internalError, raised("NoMethodError", "undefined method `id' for nil:NilClass")},
		{internalError, raised("ArgumentError", "invalid byte sequence in UTF-8")},
		{internalError, raised("OpenSSL::Cipher::CipherError", "bad decrypt")},
		{internalError, trouble(500, "0aa: F, [2023-01-13T11:17:03.1 #1] FATAL -- : [4f1c] KeyError (key not found: :expires_in):")},
	}, [][]string{
		{code(403, grantGone), there("11:17:03", "0aa: NoMethodError (undefined method `id' for nil:NilClass):") + ssm("11:17", "svc", 403, 121)},
		{internalError, raised("Redis::CommandError", "READONLY You can't write against a read only replica.")},
		{internalError, quoting(500, "NoMethodError (undefined method)")},
		{internalError},
	}},
	{"manager-resources", checks.Confirmed, [][]string{
		{failed("org.apache.http.conn.ConnectionPoolTimeoutException", "Timeout waiting for connection from pool")},
		{failed("java.net.SocketException", "Too many open files")},
		{failed("javax.net.ssl.SSLException", "java.lang.OutOfMemoryError: Java heap space")},
		{failed("java.net.NoRouteToHostException", "Cannot assign requested address (Address not available)")},
		{failed("java.lang.IllegalStateException", "Connection pool shut down")},
	}, [][]string{
		{failed("java.net.NoRouteToHostException", "No route to host (Host unreachable)")},
		{code(500, `{"status":500,"error":"Too many open files"}`)},
		{strings.ReplaceAll(refusedThere, "username=svc", "username=OutOfMemoryError")},
		{internalError, raised("Errno::EMFILE", "Too many open files @ rb_sysopen - /tmp/x")},
	}},
	{"tls-weak-certificate", checks.Confirmed, [][]string{
		{failed(handshaking, "Certificates do not conform to algorithm constraints")},
		{failed(handshaking, "PKIX path validation failed", "Caused by: java.security.cert.CertPathValidatorException: Algorithm constraints check failed on keysize limits: RSA 1024 bit key used with certificate: CN=ssm.example")},
	}, [][]string{
		{failed(handshaking, noPath)},
		{failed(handshaking, "DH ServerKeyExchange does not comply to algorithm constraints")},
	}},
	{"manager-truststore-empty", checks.Confirmed, [][]string{
		{failed("javax.net.ssl.SSLException", "java.lang.RuntimeException: Unexpected error: java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty")},
		{failed("java.io.IOException", "Keystore was tampered with, or password was incorrect")},
		{failed("java.net.SocketException", "java.security.NoSuchAlgorithmException: Error constructing implementation (algorithm: Default, provider: SunJSSE, class: sun.security.ssl.SSLContextImpl$DefaultSSLContext)")},
	}, [][]string{{failed(handshaking, noPath)}, {code(500, `{"status":500,"error":"Keystore was tampered with, or password was incorrect"}`)}}},
	{"foreign-page", checks.Likely, [][]string{
		{code(403, "<html><head><title>Web Page Blocked</title></head><body>Your account is locked out of this site</body></html>")},
		{code(200, "<!DOCTYPE html>\n<html><head>\n<title>Notification</title></head>\n<body>This request was denied by the security policy of the firewall. Your account is disabled.</body></html>")},
		{code(503, "<HTML><BODY>FortiGuard Intrusion Prevention - Access Blocked</BODY></HTML>")},
		{code(401, "<html><body><h1>Guest Portal</h1><p>Your session has expired</p></body></html>")},
	}, [][]string{
		{code(403, "<html>\n<head><title>403 Forbidden</title></head>\n<hr><center>nginx/1.22.1</center>\n</html>")},
		{code(200, "<!doctype html><html><head><title>SSM On-Prem</title></head></html>")},
		{code(403, `{"error":"invalid_client","error_message":"Web Page Blocked"}`)},
		{code(403, "<html><title>Access Blocked</title></html>"), trouble(403)},
		{code(503, "<html><p>Generated by proxy.example (squid/5.7)</p></html>")}, // is a proxy configured?
	}},
	{"user-password-expired", checks.Likely, [][]string{
		{code(401, `{"error":"invalid_grant","error_message":"Your password has expired."}`)},
		{code(403, `{"error":"invalid_client","error_message":"The password of this user must be changed before signing in."}`)},
	}, [][]string{
		{code(401, `{"error":"invalid_grant","error_message":"Wrong password."}`)},
		{code(403, `{"error":"invalid_client","error_message":"The grant has expired."}`)},
		{code(403, "<html><body>Your password has expired</body></html>")},
		{strings.ReplaceAll(code(403, grantGone), "username=svc", "username=password%20has%20expired")},
	}},
}

// What the SSM's parts said of themselves minutes before does not outweigh what its
// application answered.
func TestAnAnswerOutweighsOlderTrouble(t *testing.T) {
	access := fmt.Sprintf(`0bb: 10.66.76.81 - - [13/Jan/2023:11:17:03 +0000] "POST /backend/oauth/token?grant_type=password&client_id=%s&username=svc HTTP/1.1" 403 121 "-" "Java/11" "-"`, id)
	for _, line := range []string{
		"0bb: 2023/01/13 11:12:02 [alert] 47#47: 512 worker_connections are not enough", "0bb: nginx: [emerg] bind() to 0.0.0.0:8443 failed (98: Address already in use)",
		`dockerd[9]: time="2023-01-13T11:12:01Z" level=error msg="write /x: no space left on device"`, "kernel: nf_conntrack: table full, dropping packet", "0aa: NoMethodError (undefined method):",
		`0cc: 2023-01-13 11:12:03.501 UTC [24] FATAL:  password authentication failed for user "exporter"`,
	} {
		if got, sure := cause(t, []string{code(403, grantGone), there("11:12:02", line) + there("11:17:03", access)}); got != "grant-not-found" || sure != checks.Confirmed {
			t.Errorf("%s: %s, %s", line, got, sure)
		}
	}
}

// What the application threw at another request is not why this one failed, and a route
// that it lacks is of a method and a path.
func TestWhatAnotherRequestThrew(t *testing.T) {
	const mine = "0aa: method=POST path=/oauth/token format=json controller=OauthTokensController action=create status=500 duration=2.38 view=0.00"
	thrown := []string{`0aa: method=GET path=/reports format=json controller=ReportsController action=index status=500 error='PG::UndefinedTable: ERROR:  relation "x" does not exist' duration=1.0`, `0aa: PG::UndefinedTable (ERROR:  relation "x" does not exist):`}
	for name, tt := range map[string]struct {
		answer string
		lines  []string
		want   string
	}{
		"its request is another":      {internalError, append(slices.Clone(thrown), mine), ""},
		"its request is not told":     {internalError, []string{thrown[1], mine}, "ssm-upgrade-unfinished"},
		"both threw it":               {internalError, append(slices.Clone(thrown), mine+" error='PG::UndefinedTable: ERROR:  relation \"x\" does not exist' view=1"), "ssm-upgrade-unfinished"},
		"a route that nobody asks of": {code(404, `{"status":404}`), []string{`0aa: ActionController::RoutingError (No route matches [GET] "/oauth/authorize"):`}, "wrong-path"},
		"a route by another method":   {code(404, `{"status":404}`), []string{`0aa: ActionController::RoutingError (No route matches [GET] "/oauth/token"):`}, "wrong-path"},
	} {
		status := 500
		if tt.want == "wrong-path" {
			status = 404
		}
		if got, _ := cause(t, []string{tt.answer, trouble(status, tt.lines...)}); got != tt.want && (tt.want != "" || got != "inconclusive") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// nginx's 404 is its own where the application, which logs there, has no line of the
// request, or where the path leads to no application. By itself it may be either's.
func TestWhoDidNotFindThePath(t *testing.T) {
	beside := func(before, after string) []string {
		return []string{code(404, "<html>"), there("11:16:40", before) + trouble(404) + there("11:17:40", after)}
	}
	for _, tt := range []struct {
		name  string
		texts []string
		sure  checks.Confidence
	}{
		{"the application logs before and after", beside(looked, looked), checks.Likely},
		{"the log begins at the request", []string{code(404, "<html>"), trouble(404) + there("11:17:40", looked)}, checks.Possible},
		{"nothing of the application", beside("chronyd[9]: Selected source 192.0.2.5", "chronyd[9]: Selected source 192.0.2.6"), checks.Possible},
		{"a path of no application", []string{strings.ReplaceAll(code(404, "<html>"), "backend/", ""), strings.ReplaceAll(trouble(404), "/backend/", "/")}, checks.Likely},
	} {
		if got, sure := cause(t, tt.texts); got != "wrong-path" || sure != tt.sure {
			t.Errorf("%s: %s, %s", tt.name, got, sure)
		}
	}
}

// Words that hold another word, and other people's words, name no account.
func TestWordsHaveBoundaries(t *testing.T) {
	for _, body := range []string{
		`{"error":"invalid_grant","error_message":"The IP address of this user was blocked."}`, `{"error":"invalid_grant","error_message":"Account unlocked, try again."}`,
		"<html><body>Account locked</body></html>", "<html><body>The user is disabled, the grant has expired</body></html>", `{"error":"invalid_client","error_message":"The license has expired."}`,
	} {
		if got, sure := cause(t, []string{code(403, body)}); got == "account-locked" || got == "account-disabled" || got == "grant-expired" {
			t.Errorf("%s: %s, %s", body, got, sure)
		}
	}
}

// A program's words about a full disk count in whatever spelling; a name that
// signed in and a command that was typed do not.
func TestAFullDiskInAnySpelling(t *testing.T) {
	for _, line := range []string{
		`dockerd[9]: time="2023-01-13T11:17:01Z" level=error msg="Failed to log msg: write /var/lib/docker/x-json.log: no space left on device"`,
		"rsyslogd: file '/var/log/messages'[7] write error: No space left on device", "0cc: 2023-01-13 11:17:01.501 UTC [24] PANIC:  could not write to file \"pg_wal/x\": No space left on device",
		`0bb: 2023/01/13 11:17:01 [crit] 4#4: *9 open() "/var/cache/nginx/x" failed (28: No space left on device), client: 192.0.2.9, server: , request: "GET / HTTP/1.1"`,
		"0aa: ActiveRecord::StatementInvalid (PG::DiskFull: ERROR:  could not extend file \"base/1\": No space left on device",
	} {
		if got, _ := cause(t, []string{internalError, trouble(500, line)}); got != "disk-full" {
			t.Errorf("%s: %s", line, got)
		}
	}
	if got, _ := cause(t, []string{internalError, quoting(500, "No space left on device")}); got == "disk-full" {
		t.Error("others' words are taken for the SSM's")
	}
	const pg = "0cc: 2023-01-13 11:17:01.501 UTC [24] "
	for _, line := range []string{
		pg + "DETAIL:  Key (name)=(No space left on device) already exists.", pg + "STATEMENT:  INSERT INTO x VALUES ('FATAL:  no space left on device')", pg + "STATEMENT:  select 'PG::DiskFull (No space left on device)'",
		pg + "HINT:  No space left on device", pg + "CONTEXT:  COPY x, line 1: No space left on device", pg + `ERROR:  relation "No space left on device" does not exist`, pg + `LOG:  duration: 3 ms  statement: select 'No space left on device'`,
		"0aa: PG::UniqueViolation (ERROR:  duplicate key value violates unique constraint \"x\" DETAIL:  Key (name)=(No space left on device) already exists.):", "exporter: cannot read 'No space left on device'",
	} {
		if got, _ := cause(t, []string{internalError, trouble(500, line)}); got == "disk-full" {
			t.Errorf("%s: what a client sent is taken for the SSM's words", line)
		}
	}
}
