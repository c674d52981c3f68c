package attempt

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/checks/evidence"
)

// run is a case that lines are read into, as the engine does.
type run struct {
	*Case
	gate  *redact.Session
	read  [2]*logline.Parser
	lines [2]int
	heard bool
}

func newRun() *run {
	r := &run{Case: NewCase(), gate: redact.New()}
	r.read = [2]*logline.Parser{logline.NewParser(r.gate), logline.NewParser(r.gate)}
	return r
}

// text reads lines; a Manager's begin with their date.
func (r *run) text(text string) *run {
	for line := range strings.Lines(text) {
		host := 1
		if len(line) > 2 && line[2] == '-' {
			host, r.heard = 0, true
		}
		r.lines[host]++
		ev := event.LogEntry{Meta: event.Meta{From: event.Ref{Source: event.SourceID(host + 1), Line: r.lines[host]}}}
		r.read[host].Line(redact.Wrap([]byte(strings.TrimSuffix(line, "\n"))), false, &ev.Entry)
		ev.At = event.When{Time: ev.Stamp.Time, Dated: ev.Stamp.Dated, Zoned: ev.Stamp.Zoned}
		if host == 0 {
			r.Manager.Note(&ev)
			r.AddManager(evidence.NewLine(&ev))
			continue
		}
		r.SSM.Learn(&ev)
		r.SSM.Note(&ev)
		if AboutAPI(ev.Path.String()) {
			r.AddSSM(evidence.NewLine(&ev))
		}
	}
	return r
}

func (r *run) match() Result {
	return r.Match(Input{Heard: r.heard}, false, time.Date(2025, 3, 4, 0, 0, 0, 0, time.UTC))
}

const clientA, clientB = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6", "Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4"

// say is a Manager's line at a time of day.
func say(at, tenant, message string) string {
	thread := "task-1"
	if t, rest, ok := strings.Cut(tenant, "/"); ok {
		tenant, thread = t, rest
	}
	return fmt.Sprintf("04-Mar-2025 %s,000 UTC INFO [n1] [SmartLicensingUtil] (%s) |%s| %s\n", at, thread, tenant, message)
}

func query(client, user string) string {
	return "backend/oauth/token?grant_type=password&client_id=" + client + "&username=" + user
}

// signIn is a Manager's sign-in that begins at a time and ends with an answer.
func signIn(begin, end, tenant, client, user, answer string) string {
	out := say(begin, tenant, "user is using in On Prem mode") + say(begin, tenant, "URL "+query(client, user))
	switch answer {
	case "":
		return out
	case "ok":
		return out + say(end, tenant, "Smart Account user authenticated successfully")
	}
	return out + say(end, tenant, "Failed to process POST request uri: "+query(client, user)+" . "+answer) + say(end, tenant, "Smart Account User Authentication failed.")
}

const refusal = `Code: 403 Message: {"error":"invalid_client"}`

// asked is nginx' line of a sign-in.
func asked(at, addr, client, user, agent string, status int) string {
	return fmt.Sprintf("Mar  4 %s SSM 0bb: %s - - [04/Mar/2025:%s +0000] \"POST /%s HTTP/1.1\" %d 121 \"-\" \"%s\" \"-\"\n", at, addr, at, query(client, user), status, agent)
}

const java = "Apache-HttpClient/4.5.14 (Java/17.0.15)"

// quiet is a line of the SSM that is about nothing.
func quiet(at string) string { return "Mar  4 " + at + " SSM systemd: Started.\n" }

// shape is which attempts there are, with the line of the sign-in that each got.
func shape(r Result) string {
	var out []string
	for _, t := range r.Traces {
		s := "none"
		if t.Token != nil {
			s = fmt.Sprint(t.Token.line().From.Line)
		}
		if t.Alone {
			s += " alone"
		}
		if t.Ambiguous {
			s += " ambiguous"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ") + fmt.Sprintf("; %d others", len(r.Others))
}

// Whose a sign-in is, by what both logs show.
func TestWhoseASignInIs(t *testing.T) {
	refused := signIn("10:00:00", "10:00:01", "default", clientA, "ann", refusal)
	mine := asked("10:00:01", "192.0.2.7", clientA, "ann", java, 403)
	for _, tt := range []struct{ name, text, want string }{
		{"the Manager's own", refused + mine, "1; 0 others"},
		{"another user's at that moment", refused + asked("10:00:01", "192.0.2.7", clientA, "bob", java, 403), "none; 1 others"},
		{"another client ID's", refused + asked("10:00:01", "192.0.2.9", clientB, "ann", java, 403), "none; 1 others"},
		{"one with another answer", refused + asked("10:00:01", "192.0.2.9", clientA, "ann", java, 200), "none; 0 others"},
		{"another agent's, once the Manager's own is known", refused + mine + asked("10:00:01", "192.0.2.9", clientA, "ann", "curl/7.88", 403), "1; 1 others"},
		{"of two that both fit, with different ends, either", signIn("10:00:00", "10:00:02", "default", clientA, "ann", "") + asked("10:00:01", "192.0.2.7", clientA, "ann", java, 403) +
			asked("10:00:01", "192.0.2.8", clientA, "ann", java, 200) + quiet("10:00:01"), "none ambiguous; 0 others"},
		{"none of one that never reached the SSM", signIn("14:00:00", "14:00:01", "default", clientA, "ann", "Message: java.net.ConnectException: Connection refused") + mine, "none; 0 others"},
		{"none of an older one for one that still waits", refused + signIn("10:09:00", "", "default/task-2", clientA, "ann", "") + mine + quiet("10:09:05"), "1, none; 0 others"},
		{"its own, by a clock that is hours off", refused + asked("13:07:01", "192.0.2.7", clientA, "ann", java, 403), "1; 0 others"},
		{"each its own, by a clock that is off", refused + signIn("10:09:00", "10:09:01", "default", clientA, "ann", "ok") +
			asked("13:07:01", "192.0.2.7", clientA, "ann", java, 403) + asked("13:16:01", "192.0.2.7", clientA, "ann", java, 200), "1, 2; 0 others"},
		{"the nearer one's", signIn("10:00:00", "10:00:01", "default", clientA, "ann", refusal) + signIn("10:00:08", "10:00:09", "default/task-2", clientA, "ann", refusal) +
			asked("10:00:09", "192.0.2.7", clientA, "ann", java, 403) + quiet("10:00:12"), "none, 1; 0 others"},
		{"outside the Manager's log, the same caller's", quiet("09:00:00") + asked("09:00:01", "192.0.2.7", clientA, "ann", java, 403) + refused + asked("10:00:01", "192.0.2.7", clientA, "ann", java, 403), "2 alone, 3; 0 others"},
		{"with the SSM's log alone, who looks like a Manager", asked("10:00:01", "192.0.2.7", clientA, "ann", java, 403) + asked("10:00:02", "192.0.2.9", clientB, "bob", "Zabbix 6.0", 401), "1 alone; 1 others"},
	} {
		if got := shape(newRun().text(tt.text).match()); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Which line of the application belongs to which of nginx'.
func TestWhoseTheApplicationsLineIs(t *testing.T) {
	const rails = "Mar  4 %s SSM 0aa: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=403 duration=1.0\n"
	forbidden := "Mar  4 10:00:01 SSM 0bb: 2025/03/04 10:00:01 [error] 7#7: *9 access forbidden by rule, client: 192.0.2.7, server: , request: \"POST /" + query(clientA, "ann") + " HTTP/1.1\", host: \"ssm:8443\"\n"
	mine, others := asked("10:00:01", "192.0.2.7", clientA, "ann", java, 403), asked("10:00:03", "192.0.2.9", clientB, "bob", java, 403)
	for name, tt := range map[string]struct {
		text string
		want []bool // whether each request has one
	}{
		"in front":                             {fmt.Sprintf(rails, "10:00:01") + mine, []bool{true}},
		"behind, in the same second":           {mine + fmt.Sprintf(rails, "10:00:01"), []bool{true}},
		"seconds later, the next one's":        {mine + fmt.Sprintf(rails, "10:00:03") + others, []bool{false, true}},
		"not of what nginx answers itself":     {forbidden + mine + fmt.Sprintf(rails, "10:00:01") + others, []bool{false, true}},
		"not of a path that leads to no token": {strings.Replace(mine, "/backend/", "/", 1) + fmt.Sprintf(rails, "10:00:01") + others, []bool{false, true}},
	} {
		r := newRun().text(tt.text)
		r.match()
		var got []bool
		for _, q := range r.requests.All {
			got = append(got, q.Rails != nil)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// How an attempt ends is what is said of it last.
func TestTheLastWordCounts(t *testing.T) {
	ok := signIn("10:00:00", "10:00:01", "default", clientA, "ann", "ok")
	got := say("10:00:02", "default", "Received licenses: 70 bytes")
	done := say("10:00:03", "default", "Sync Licenses and Refresh Devices completed")
	failed := say("10:00:02", "default", "Failed to process POST request uri: "+query(clientA, "ann")+" . Code: 502 Message: <html>")
	report := say("10:00:04", "default/task-9", "Uploading license usage report: backend/api/v1/accounts/a/reports/usage size 9") +
		say("10:00:05", "default/task-9", "Failed to process POST request uri: backend/api/v1/accounts/a/reports/usage . Code: 413 Message: <html>") +
		say("10:00:05", "default/task-9", "Failed to sync licenses for the Smart Account.")
	for _, tt := range []struct {
		name, text   string
		failed, done bool
	}{
		{"a sync", ok + got + done, false, true},
		{"a failure that a retry heals", signIn("10:00:00", "", "default", clientA, "ann", "") + failed + say("10:00:02", "default", "Smart Account user authenticated successfully") + got + done, false, true},
		{"a report that is refused after the sync", ok + got + done + report, true, false},
		{"a report that is refused, and sent again", ok + say("10:00:02", "default", "Uploading license usage report: backend/api/v1/accounts/a/reports/usage size 9") +
			say("10:00:03", "default", "Failed to process POST request uri: backend/api/v1/accounts/a/reports/usage . Code: 504 Message: <html>") +
			say("10:00:33", "default", "Uploading license usage report: backend/api/v1/accounts/a/reports/usage size 9") + say("10:00:34", "default", "Sync Licenses and Refresh Devices completed"), false, true},
		{"a query that fails after the sign-in", ok + say("10:00:02", "default", "Failed to process GET request uri: backend/api/v1/accounts/search . Code: 500 Message: {}"), true, false},
		{"a sign-in", ok, false, false},
	} {
		r := newRun().text(tt.text).match()
		if n := len(r.Traces); n != 1 {
			t.Errorf("%s: %d attempts", tt.name, n)
			continue
		}
		if a := r.Traces[0]; (a.Failed != nil) != tt.failed || (a.Done != nil) != tt.done {
			t.Errorf("%s: failed %v, done %v", tt.name, a.Failed != nil, a.Done != nil)
		}
	}
}

// Tenants and threads have attempts of their own.
func TestOwners(t *testing.T) {
	r := newRun().text(signIn("10:00:00", "10:00:01", "acme", clientA, "ann", refusal) + signIn("10:00:02", "10:00:03", "globex", clientB, "bob", "ok")).match()
	if len(r.Traces) != 2 || r.Traces[0].Owner() == r.Traces[1].Owner() || r.Traces[1].Tenant != "globex" {
		t.Errorf("%d attempts", len(r.Traces))
	}
	late := say("11:30:00", "default/task-9", "Uploading license usage report: backend/api/v1/accounts/a/reports/usage size 9")
	if r := newRun().text(signIn("10:00:00", "10:00:01", "default", clientA, "ann", "ok") + late).match(); len(r.Traces) != 2 {
		t.Errorf("a report an hour later: %d attempts", len(r.Traces))
	}
}

// What is settled is matched no more, and stays what it was.
func TestSettled(t *testing.T) {
	r := newRun()
	want := ""
	for i := range 30 {
		at := time.Date(2025, 3, 4, 1, 0, 0, 0, time.UTC).Add(time.Duration(i) * 10 * time.Minute)
		clock, next := at.Format("15:04:05"), at.Add(time.Second).Format("15:04:05")
		r.text(signIn(clock, next, "default", clientA, "ann", refusal) + asked(next, "192.0.2.7", clientA, "ann", java, 403))
		if want != "" {
			want += ", "
		}
		want += fmt.Sprint(i + 1)
		if got := shape(r.match()); got != want+"; 0 others" {
			t.Fatalf("after %d attempts: %s", i+1, got)
		}
	}
	if r.Settled() < 28 || r.Waiting() > 2 || len(r.requests.All) > 2 {
		t.Errorf("%d settled, %d attempts and %d requests wait", r.Settled(), r.Waiting(), len(r.requests.All))
	}
}

// A log that is read when the other was settled already finds its attempts.
func TestTheOtherLogComesLater(t *testing.T) {
	refused := signIn("10:00:00", "10:00:01", "default", clientA, "ann", refusal)
	later := say("11:00:00", "default", "Getting onPrem server details")
	request := asked("10:00:01", "192.0.2.7", clientA, "ann", java, 403)
	r := newRun().text(refused + later)
	if got := shape(r.match()); got != "none; 0 others" || r.Settled() != 1 {
		t.Fatalf("%s, %d settled", got, r.Settled())
	}
	if got := shape(r.text(request + quiet("11:00:00")).match()); got != "1; 0 others" {
		t.Errorf("the SSM's log came later: %s", got)
	}
	r = newRun().text(request + quiet("11:00:00"))
	if got := shape(r.match()); got != "1 alone; 0 others" {
		t.Fatal(got)
	}
	if got := shape(r.text(refused + later).match()); got != "1; 0 others" {
		t.Errorf("the Manager's log came later: %s", got)
	}
}

// What the Manager calls beside the SSM is no part of a sync, in whichever thread and
// wherever it stands: a URI names its server.
func TestACallToAnotherServerIsNoSync(t *testing.T) {
	const set = "intializing client Map {clientUrl=%s, client_id=" + clientA + "}"
	ends := map[string]string{"answered": `Code: 401 Message: {"error":"invalid_client"}`, "unreached": "Message: Connect to other.example:443 [other.example/198.51.100.9] failed: connect timed out: org.apache.http.conn.ConnectTimeoutException: connect timed out"}
	for _, tt := range []struct {
		peer, uri string
		own       bool
	}{
		{"192.0.2.55", "https://cloudsso.cisco.com/as/token.oauth2", false}, {"192.0.2.55", "https://id.cisco.com/oauth2/default/v1/token", false},
		{"192.0.2.55", "https://other.example/api/v1/status", false}, {"192.0.2.55", "https://192.0.2.56/backend/oauth/token", false},
		{"ssm.example", "https://other.example/backend/oauth/token", false}, {"ssm.example:8443", "https://ssm.example:443/api/v1/status", false},
		{"192.0.2.55", "https://192.0.2.55:8443/backend/oauth/token", true}, {"192.0.2.55", "https://ssm.example:8443/backend/oauth/token", true},
		{"ssm.example", "https://ssm/backend/api/v1/accounts/search", true}, {"192.0.2.55", "backend/oauth/token", true},
	} {
		for _, thread := range []string{"default", "default/task-90"} {
			for name, end := range ends {
				call := say("10:00:01", thread, "Failed to process POST request uri: "+tt.uri+" . "+end)
				lines := []string{say("10:00:01", "default", "user is using in On Prem mode"), say("10:00:01", "default", fmt.Sprintf(set, tt.peer)), say("10:00:01", "default", "URL "+query(clientA, "ann")),
					say("10:00:01", "default", "Smart Account user authenticated successfully"), say("10:00:01", "default", "Sync Licenses and Refresh Devices completed")}
				for at := range len(lines) + 1 {
					unset := at < 2 && strings.Contains(tt.uri, "/backend/")         // another SSM, which the settings may have named before
					if unset || tt.own && (at < len(lines) || thread != "default") { // a retry heals it, or its thread is not the sync's
						continue
					}
					r := newRun().text(strings.Join(slices.Insert(slices.Clone(lines), at, call), "")).match()
					if n := len(r.Traces); n == 0 || !tt.own && n != 1 || (r.Traces[n-1].Failed != nil) != tt.own {
						t.Errorf("%s, set %s, %s, %s, at line %d: %d attempts, the last failed: %v", tt.uri, tt.peer, thread, name, at, n, n > 0 && r.Traces[n-1].Failed != nil)
					}
				}
			}
		}
	}
}
