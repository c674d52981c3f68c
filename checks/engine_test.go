package checks_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/rule"
)

var loadRules = sync.OnceValues(func() ([]rule.Rule, error) { return diagnose.LoadRules() })

// diagnosisOf reads texts, each as a source of its own.
func diagnosisOf(t *testing.T, texts ...string) checks.Diagnosis {
	t.Helper()
	rules, err := loadRules()
	if err != nil {
		t.Fatal(err)
	}
	gate := redact.NewWithKey([]byte("test"))
	e := diagnose.NewEngine(rules, netip.Addr{})
	for i, text := range texts {
		src := event.Source{ID: event.SourceID(i + 1), Title: gate.Foreign(fmt.Sprintf("source %d", i+1))}
		e.Source(src)
		d := capture.NewDecoder(src, gate, e.Observe)
		d.SetWords(e.Words())
		if _, err := d.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return e.Diagnose()
}

const id = "jF6qZ0bT8wLk2RxV5nYc7PdA1sGh4MiUo9EtQ3vXr6JzB"

// manager is the Manager's log of one attempt: at HH:MM, by user, with the
// answer that its request got ("" none).
func manager(at, user, answer string) string {
	line := func(level, class, msg string) string {
		return "13-Jan-2023 " + at + ":02,780 UTC " + level + " [n1] [" + class + "] (default task-" + strings.ReplaceAll(at, ":", "") + ") |default| " + msg + "\n"
	}
	query := "backend/oauth/token?grant_type=password&client_id=" + id + "&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=" + user + "&password=******* "
	out := line("INFO", "SmartLicensingIntegrationManager", "user is using in On Prem mode") +
		line("INFO", "AbstractSettingsManager", "Found smart licensing mode is onprem") +
		line("INFO", "SmartLicensingUtil", "intializing client Map {clientUrl=10.106.66.55, client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ, client_id="+id+"}") +
		line("INFO", "SmartLicensingUtil", "URL "+query)
	if answer == "" {
		return out
	}
	if answer == "ok" {
		return out + line("INFO", "SmartLicensingIntegrationManager", "Smart Account user authenticated successfully") +
			line("INFO", "SmartLicensingIntegrationManager", "Sync Licenses and Refresh Devices completed")
	}
	return out + line("ERROR", "RestAPIClient", "Failed to process POST request uri: "+query+". "+answer) +
		line("ERROR", "SmartLicensingIntegrationRestfulResource", "Smart Account User Authentication failed.")
}

const notFound = `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}`

// ssm is the SSM's log of one sign-in.
func ssm(at, user string, status, size int) string {
	head := "Jan 13 " + at + ":03 SSM-On-Prem "
	return head + "0aa: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=" + fmt.Sprint(status) + " duration=1.0\n" +
		head + "0bb: 10.66.76.81 - - [13/Jan/2023:" + at + ":03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id=" + id + "&username=" + user + " HTTP/1.1\" " + fmt.Sprint(status) + " " + fmt.Sprint(size) + " \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\" \"-\"\n"
}

// refusedUpstream is nginx's line of one member of the group that refused.
func refusedUpstream(at, user string) string {
	return "Jan 13 " + at + ":03 SSM-On-Prem 0bb: 2023/01/13 " + at + ":03 [error] 4#4: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.66.76.81, server: , request: \"POST /backend/oauth/token?client_id=" + id + "&username=" + user + " HTTP/1.1\", upstream: \"http://[fd00::5]:3000/oauth/token\", host: \"h\"\n"
}

func TestVerdicts(t *testing.T) {
	for _, tt := range []struct {
		name       string
		texts      []string
		verdict    checks.Verdict
		cause      string
		confidence checks.Confidence
		attempts   int
	}{
		{"both logs", []string{manager("11:17", "svc", notFound), ssm("11:17", "svc", 403, 121)}, checks.Failed, "grant-not-found", checks.Confirmed, 1},
		{"the Manager's log alone says it in words, which another SSM says too", []string{manager("11:17", "svc", notFound)}, checks.Failed, "grant-not-found", checks.Likely, 1},
		{"the SSM's log alone says 403 and the size", []string{ssm("11:17", "svc", 403, 121)}, checks.Failed, "grant-not-found", checks.Likely, 1},
		{"another answer with 401 is another cause", []string{manager("11:17", "svc", `Code: 401 Message: {"error":"invalid_grant","error_description":"x"}`), ssm("11:17", "svc", 401, 90)}, checks.Failed, "bad-user-password", checks.Confirmed, 1},
		{"403 with another error is another cause", []string{manager("11:17", "svc", `Code: 403 Message: {"error":"unauthorized_client"}`), ssm("11:17", "svc", 403, 70)}, checks.Failed, "wrong-grant-type", checks.Likely, 1},
		{"403 in other words is what they say, whatever the SSM's log counts", []string{manager("11:17", "svc", `Code: 403 Message: {"error":"invalid_client","error_message":"The account is locked."}`), ssm("11:17", "svc", 403, 121)}, checks.Failed, "account-locked", checks.Likely, 1},
		{"403 in words that nobody knows stays open", []string{manager("11:17", "svc", `Code: 403 Message: {"error":"access_denied","error_message":"The moon is full."}`), ssm("11:17", "svc", 403, 121)}, checks.Inconclusive, "", 0, 1},
		{"403 of another size is possible at most", []string{ssm("11:17", "svc", 403, 98)}, checks.Failed, "grant-not-found", checks.Possible, 1},
		{"the Manager's page, quoted in a mail", []string{"Hi,\nit says: Failed to authenticate Smart Account credentials.: Failed to authenticate user - 'admin'. " + notFound[strings.Index(notFound, "{"):] + "\nthanks\n"}, checks.Failed, "grant-not-found", checks.Likely, 1},
		{"nothing answered", []string{manager("11:17", "svc", "")}, checks.Inconclusive, "", 0, 1},
		{"success", []string{manager("11:17", "svc", "ok"), ssm("11:17", "svc", 200, 130)}, checks.OK, "", 0, 1},
		{"a token that only nginx logged", []string{strings.SplitAfter(ssm("11:17", "svc", 200, 137), "\n")[1]}, checks.OK, "", 0, 1},
		{"a 200 of a path that is not the application's is no token", []string{strings.Replace(strings.SplitAfter(ssm("11:17", "svc", 200, 84), "\n")[1], "/backend/oauth", "/oauth", 1)}, checks.Inconclusive, "", 0, 1},
		{"a grant type that was broken off is no other kind", []string{strings.Replace(manager("11:17", "svc", ""), "grant_type=password", "grant_type=pass word", 1)}, checks.Inconclusive, "", 0, 1},
		{"a refused upstream is no cause while another answers", []string{manager("11:17", "svc", "ok"), refusedUpstream("11:17", "svc") + ssm("11:17", "svc", 200, 130)}, checks.OK, "", 0, 1},
		{"a later success wins", []string{manager("11:17", "svc", notFound) + manager("11:20", "svc", "ok")}, checks.OK, "", 0, 2},
		{"a later failure wins", []string{manager("11:17", "svc", "ok") + manager("11:20", "svc", notFound)}, checks.Failed, "grant-not-found", checks.Likely, 2},
		{"user A on the Manager, user B on the SSM: B is another client", []string{manager("11:17", "alice", notFound), ssm("11:59", "bob", 403, 121)}, checks.Failed, "grant-not-found", checks.Likely, 1}, // with clocks that agree the log does not reach that far, and nothing proves that they do
		{"a release without on-prem mode", []string{"n1# show version\n20.6.5\n"}, checks.Failed, "manager-too-old", checks.Likely, 0},
		{"a mode that never calls the SSM", []string{"13-Jan-2023 11:17:02,780 UTC INFO [n1] [AbstractSettingsManager] (t) |default| Found smart licensing mode is online\n"}, checks.Failed, "mode-not-onprem", checks.Likely, 0},
		{"a mode that never calls the SSM, in a release that has the other", []string{"n1# show version\n20.12.4\n", "13-Jan-2023 11:17:02,780 UTC INFO [n1] [AbstractSettingsManager] (t) |default| Found smart licensing mode is online\n"}, checks.Failed, "mode-not-onprem", checks.Confirmed, 0},
		{"a mode that nobody knows is no other mode", []string{"13-Jan-2023 11:17:02,780 UTC INFO [n1] [AbstractSettingsManager] (t) |default| Found smart licensing mode is csm\n"}, checks.NoAttempt, "", 0, 0},
		{"a sync that brings no licence is no success", []string{strings.Replace(manager("11:17", "svc", "ok"), "Sync Licenses and", "Received licenses: 2 bytes\n13-Jan-2023 11:17:02,781 UTC INFO [n1] [SmartLicensingIntegrationManager] (default task-1117) |default| Sync Licenses and", 1)}, checks.Inconclusive, "", 0, 1},
		{"what an answer's page says is no exception of the Manager's", []string{manager("11:17", "svc", `Code: 503 Message: <html><body>ERR_CONNECT_FAIL: (111) Connection refused</body></html>`)}, checks.Failed, "foreign-page", checks.Possible, 1},
		{"nothing", []string{"Jan 13 11:17:01 h systemd: Started.\n"}, checks.NoAttempt, "", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := diagnosisOf(t, tt.texts...)
			got := ""
			if d.RootCause != nil {
				got = d.RootCause.ID
				if d.RootCause.Confidence != tt.confidence {
					t.Errorf("%s, not %s", d.RootCause.Confidence, tt.confidence)
				}
			}
			if d.Verdict != tt.verdict || got != tt.cause || len(d.Attempts) != tt.attempts {
				t.Errorf("verdict %s, cause %q, %d attempts: %+v", d.Verdict, got, len(d.Attempts), d.Attempts)
			}
		})
	}
}

func TestWhatIsRuledOutAndLeftOpen(t *testing.T) {
	d := diagnosisOf(t, manager("11:17", "svc", notFound), refusedUpstream("11:17", "svc")+ssm("11:17", "svc", 403, 121))
	f := d.RootCause
	if f == nil {
		t.Fatal("no cause")
	}
	if len(f.CouldBe) != 4 || f.HowToTell == "" || f.Owner != checks.OwnerSSMAdmin || f.Runbook != "grant-not-found" {
		t.Errorf("%+v", f)
	}
	out := map[checks.Stage]bool{}
	for _, r := range f.RuledOut {
		out[r.Stage] = len(r.Evidence) > 0
	}
	for _, s := range []checks.Stage{checks.Setup, checks.DNS, checks.TCP, checks.TLS, checks.HTTP, checks.Backend} {
		if !out[s] {
			t.Errorf("%s is not ruled out by a line", s)
		}
	}
	ids := map[string]bool{}
	for _, f := range d.Findings {
		ids[f.ID] = true
	}
	if !ids["upstream-partial"] || !ids["secrets-in-logs"] || ids["nat-in-path"] {
		t.Errorf("side findings %v: without a capture the Manager's address is not known", ids)
	}
	if n := len(d.Evidence); n < 4 || d.Evidence[0].Number != 1 || d.Evidence[n-1].Number != n {
		t.Errorf("evidence %+v", d.Evidence)
	}
	if tcp := d.Attempts[0].Stages[checks.TCP]; tcp.Basis != checks.Inferred {
		t.Errorf("TCP is %s without a packet", tcp.Basis)
	}
}

// A stage of which nothing was seen is unknown, never a pass.
func TestUnseenIsUnknown(t *testing.T) {
	d := diagnosisOf(t, manager("11:17", "svc", ""))
	for _, s := range []checks.Stage{checks.IP, checks.TCP, checks.TLS, checks.HTTP, checks.Backend, checks.Auth, checks.Licences} {
		if got := d.Attempts[0].Stages[s].Status; got != checks.Unknown {
			t.Errorf("%s is %s", s, got)
		}
	}
}

func TestHealthyNoiseChangesNothing(t *testing.T) {
	var noise strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&noise, "Jan 13 %02d:%02d:%02d SSM-On-Prem 0cc: method=GET path=/sessions/get_user controller=S status=200 duration=1.0\n", 1+i/3600, i/60%60, i%60)
	}
	d := diagnosisOf(t, manager("11:17", "svc", notFound), noise.String()+ssm("11:17", "svc", 403, 121)+noise.String())
	if d.RootCause == nil || d.RootCause.ID != "grant-not-found" || len(d.Attempts) != 1 {
		t.Errorf("%+v", d.RootCause)
	}
}

func TestRunbooks(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(rules, func(r rule.Rule) bool { return r.ID == "" || len(r.Evidence) == 0 }) {
		t.Error("a rule without id or evidence was loaded")
	}
	for _, r := range rules {
		page, ok := checks.Runbook("en", r.ID)
		if r.Side {
			continue
		}
		if !ok {
			t.Errorf("%s has no runbook", r.ID)
		}
		for _, section := range []string{"What it means", "How to confirm it", "The fix", "How to see that it worked", "What to send to "} {
			if !strings.Contains(page, "\n## "+section) {
				t.Errorf("the runbook of %s has no section %q", r.ID, section)
			}
		}
	}
	for _, lang := range []string{"ko", "ar"} {
		for _, id := range []string{"grant-not-found", "connection-refused", "firewall-drop", "dns-nxdomain", "tls-untrusted-ca", "tls-cert-expired", "tls-hostname-mismatch", "backend-down", "bad-user-password", "proxy-auth-required"} {
			page, ok := checks.Runbook(lang, id)
			english, _ := checks.Runbook("en", id)
			if !ok || page == english || strings.Count(page, "\n## ") != 5 {
				t.Errorf("%s has no whole page in %s", id, lang)
			}
		}
	}
	for _, lang := range []string{"en", "ko", "ar"} {
		wait, page := checks.CanWait(lang), ""
		if page, _ = checks.Runbook(lang, "grant-not-found"); !strings.Contains(page, wait) || lang != "en" && wait == checks.CanWait("en") {
			t.Errorf("%s: whether it can wait is not in the page", lang)
		}
		for _, document := range []string{"Smart Licensing Using Policy for Cisco Enterprise Routing Platforms", "Smart Account Alerts", "E-mail Notification", "CUBE Configuration Guide"} {
			if !strings.Contains(wait, document) {
				t.Errorf("%s: %q is not cited", lang, document)
			}
		}
	}
	page, _ := checks.Runbook("xx", "grant-not-found")
	for _, step := range []string{"API Tool Kit", "API Console", "Create", "Resource Owner Grant", "save", "client ID and client secret", "Sync Licenses and Refresh Devices", "same SSM user that made the grant"} {
		if !strings.Contains(page, step) {
			t.Errorf("the published fix lacks %q", step)
		}
	}
}

// What the SSM said was wrong before it served somebody explains no later failure, as
// far as who was served needed what was wrong.
func TestAnSSMThatWasWellSince(t *testing.T) {
	sick := "Jan 13 11:16:58 SSM-On-Prem 8def82934c0a: Redis::CannotConnectError (Error connecting to Redis on redis:6379 (Errno::ECONNREFUSED))\n"
	failed := func(at string) []string {
		return []string{manager(at, "svc", `Code: 500 Message: {"status":500}`), ssm(at, "svc", 500, 50)}
	}
	well := []string{manager("11:19", "svc", "ok"), ssm("11:19", "svc", 200, 130)}
	other := func(line string) []string {
		return []string{"", "Jan 13 11:20:30 SSM-On-Prem " + line + "\n"}
	}
	served := func(request string, status int) []string {
		return other(fmt.Sprintf(`e4ce50bef757: 10.110.35.124 - - [13/Jan/2023:11:20:30 +0000] "%s HTTP/1.1" %d 54 "-" "Mozilla/5.0" "-"`, request, status))
	}
	refusing := []string{"", strings.Replace(sick, "Redis::CannotConnectError (Error connecting to Redis on redis:6379 (Errno::ECONNREFUSED))", "Redis::CommandError (MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.)", 1)}
	for name, tt := range map[string]struct {
		parts [][]string
		cause string
	}{
		"still sick":                    {[][]string{{"", sick}, failed("11:17"), failed("11:21")}, "redis-down"},
		"throws something else now":     {[][]string{{"", sick}, failed("11:17"), {"", "Jan 13 11:21:03 SSM-On-Prem 8def82934c0a: PG::ConnectionBad (connection to server failed: Connection refused)\n"}, failed("11:21")}, "postgres-down"},
		"well since":                    {[][]string{{"", sick}, failed("11:17"), well, failed("11:21")}, ""},
		"a page was looked up since":    {[][]string{{"", sick}, served("GET /backend/sessions/get_user", 200), failed("11:21")}, ""},
		"another client's token":        {[][]string{{"", sick}, served("POST /backend/oauth/token", 200), failed("11:21")}, ""},
		"nginx served its own page":     {[][]string{{"", sick}, served("GET /admin/", 200), failed("11:21")}, "redis-down"},
		"somebody else failed, too":     {[][]string{{"", sick}, served("GET /backend/sessions/get_user", 500), failed("11:21")}, "redis-down"},
		"Redis is up again":             {[][]string{{"", sick}, other("0e4760d91a0f: 1:M 13 Jan 2023 11:20:30.000 * Ready to accept connections"), failed("11:21")}, ""},
		"another part is up":            {[][]string{{"", sick}, other("b9a230a79784: 2023-01-13 11:20:30.000 UTC [1] LOG:  database system is ready to accept connections"), failed("11:21")}, "redis-down"},
		"what cannot store still reads": {[][]string{refusing, served("GET /backend/sessions/get_user", 200), failed("11:21")}, "disk-full"},
		"it stored since":               {[][]string{refusing, served("POST /backend/reports", 201), failed("11:21")}, ""},
		"sick again":                    {[][]string{{"", sick}, served("GET /backend/sessions/get_user", 200), {"", strings.Replace(sick, "11:16:58", "11:20:50", 1)}, failed("11:21")}, "redis-down"},
	} {
		var managers, messages string
		for _, p := range tt.parts {
			managers, messages = managers+p[0], messages+p[1]
		}
		d := diagnosisOf(t, managers, messages)
		got := ""
		if d.RootCause != nil {
			got = d.RootCause.ID
		}
		if got != tt.cause {
			t.Errorf("%s: %q, want %q", name, got, tt.cause)
		}
	}
}
