package session_test

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/report/ask"
	"syncscope/checks/session/offline"
)

// asked are the reports of all cases, by folder.
func asked(t *testing.T, do func(t *testing.T, dir string, tr truth, r report.Report)) {
	t.Helper()
	for _, path := range cases(t) {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			dir := filepath.Dir(path)
			r, err := offline.Analyze(t.Context(), inputs(t, dir), options(t))
			if err != nil {
				t.Fatal(err)
			}
			do(t, dir, readTruth(t, path), r)
		})
	}
}

// A message is no longer than one, and has no secret, in every language and whoever is
// asked; who has the next step is asked something, and a name that nothing stands
// for is in none.
func TestMessagesOfAllCases(t *testing.T) {
	open := regexp.MustCompile(`\{[a-z_-]+\}`)
	asked(t, func(t *testing.T, _ string, tr truth, r report.Report) {
		for _, to := range ask.Recipients() {
			for _, lang := range ask.Languages() {
				lines, err := ask.Lines(r, to, lang)
				text := strings.Join(lines, "\n")
				if n := utf8.RuneCountInString(text); err != nil || len(lines) == 0 || len(lines) > ask.MaxLines || n > ask.MaxRunes || strings.Count(text, "\n") != len(lines)-1 {
					t.Errorf("%s, %s: %d lines, %d characters, %v", to, lang, len(lines), n, err)
				}
				if found := leaks(text, tr.Secrets); len(found) > 0 {
					t.Errorf("%s, %s: %d secrets", to, lang, len(found))
				}
				if hole := open.FindString(strings.NewReplacer("%{http_code}", "").Replace(text)); hole != "" {
					t.Errorf("%s, %s: nothing stands for %s", to, lang, hole)
				}
			}
		}
		d := r.Diagnosis
		who := d.Turn().Who
		text := message(t, r, ask.For(who))
		if who != checks.OwnerNobody && !strings.Contains(text, "\nTo do: ") && !strings.Contains(text, "\nQuestion: ") {
			t.Errorf("%s has the next step, and is asked nothing: %s", who, text)
		}
		if strings.Contains(text, "\nTo do: ") && !strings.Contains(text, "\nTo do: "+strings.TrimSuffix(d.Turn().Do, ".")+"\n") {
			t.Errorf("another step than %q: %s", d.Turn().Do, text)
		}
	})
}

// message is the one to a recipient, in English.
func message(t *testing.T, r report.Report, to ask.Recipient) string {
	t.Helper()
	lines, err := ask.Lines(r, to, "en")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// Of a cause that is confirmed nobody is asked anything but who has a step of its own;
// everybody else is told who has the next one.
func TestMessagesAskOnlyWhoHasAStep(t *testing.T) {
	confirmed, told := 0, 0
	asked(t, func(t *testing.T, _ string, _ truth, r report.Report) {
		f := r.Diagnosis.RootCause
		if f == nil || f.Confidence != checks.Confirmed {
			return
		}
		confirmed++
		for _, to := range ask.Recipients() {
			has := ask.For(r.Diagnosis.Turn().Who) == to || slices.ContainsFunc(f.Fix, func(s checks.FixStep) bool { return s.Who != "" && ask.For(s.Who) == to })
			text := message(t, r, to)
			if nothing := strings.HasPrefix(text, "Nothing to ask here: "); nothing == has {
				t.Errorf("%s has a step: %v, and is asked: %s", to, has, text)
			} else if nothing {
				told++
				if !strings.Contains(text, "\nThe next step is with ") || !strings.Contains(text, "(confirmed)") || !strings.Contains(text, "\nWhen: ") {
					t.Errorf("%s: %s", to, text)
				}
			}
		}
	})
	if !t.Failed() && (confirmed < 5 || told < 10) {
		t.Errorf("%d confirmed causes, %d messages", confirmed, told)
	}
}

// Nobody is asked for what was given: neither by a command on the log that has the
// attempt, nor by what could not be seen.
func TestMessagesAskForNothingThatWasGiven(t *testing.T) {
	given := 0
	asked(t, func(t *testing.T, _ string, _ truth, r report.Report) {
		a := r.Diagnosis.Attempt()
		if a == nil {
			return
		}
		for to, log := range map[ask.Recipient]string{ask.Manager: "/var/log/nms/vmanage-server.log", ask.SSM: "/var/log/messages"} {
			has := len(a.Members.Manager) > 0
			if to == ask.SSM {
				has = len(a.Members.SignIn)+len(a.Members.API) > 0
			}
			if !has {
				continue
			}
			given++
			text := message(t, r, to)
			if m := onHost.FindStringSubmatch(text); m != nil && strings.Contains(m[1], log) {
				t.Errorf("%s has given %s, and is to look into it: %s", to, log, text)
			}
			if strings.Contains(text, "not given your log") || strings.Contains(text, "covers the time and holds no line") {
				t.Errorf("%s has given its log: %s", to, text)
			}
		}
	})
	if !t.Failed() && given < 40 {
		t.Errorf("%d logs were given", given)
	}
}

// A RST is told of where one was seen, or the Manager was told so; the names of files
// only to whose host has them; no command has what is not known; no time twice.
func TestMessagesTellWhatWasSeen(t *testing.T) {
	asked(t, func(t *testing.T, _ string, _ truth, r report.Report) {
		d := r.Diagnosis
		cut := slices.ContainsFunc(d.Conns, func(c checks.ConnectionState) bool { return c.Resets > 0 })
		if f := d.RootCause; f != nil {
			cut = cut || slices.ContainsFunc(f.Evidence, func(e checks.Evidence) bool {
				return strings.Contains(strings.ToLower(e.Says+e.Text), "refused") || strings.Contains(strings.ToLower(e.Says+e.Text), "reset")
			})
		}
		for _, to := range ask.Recipients() {
			text := message(t, r, to)
			if !cut && regexp.MustCompile(`\bRST\b`).MatchString(text) {
				t.Errorf("%s: no RST was seen: %s", to, text)
			}
			if hole := regexp.MustCompile(`[A-Z]+_(ADDRESS|NAME|SERVER)`).FindString(text); hole != "" {
				t.Errorf("%s: %s is not known, and a command has it: %s", to, hole, text)
			}
			own := map[ask.Recipient]event.Kind{ask.SSM: event.SSMMessages, ask.Manager: event.ManagerLog}
			for _, s := range r.Sources {
				name := filepath.Base(s.Source.Title.String())
				if s.Source.Kind != own[to] && strings.Contains(strings.NewReplacer("/var/log/"+name, "", "/var/log/nms/"+name, "").Replace(text), name) {
					t.Errorf("%s does not have %s: %s", to, name, text)
				}
			}
			_, when, _ := strings.Cut(text, "\nWhen: ")
			when, _, _ = strings.Cut(when, "\n")
			if all := regexp.MustCompile(`\d\d:\d\d:\d\d`).FindAllString(when, -1); len(all) == 2 && all[0] == all[1] {
				t.Errorf("%s is told a time twice: %s", to, when)
			}
		}
	})
}

// onHost finds the command that is to be run on a host.
var onHost = regexp.MustCompile(`(?m)^On [^:]*: (.*)$`)

// What a command prints of the log of every case that was not given, run by bash as it
// stands, holds no secret, and the request that failed is among it.
func TestCommandsOfMessagesPrintNoSecret(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	ran := 0
	asked(t, func(t *testing.T, dir string, tr truth, r report.Report) {
		for _, to := range ask.Recipients() {
			for _, m := range onHost.FindAllStringSubmatch(message(t, r, to), -1) {
				if out, err := exec.Command(bash, "-n", "-c", m[1]).CombinedOutput(); err != nil {
					t.Errorf("%s: %s", m[1], out)
				}
			}
		}
		for to, on := range map[ask.Recipient]string{ask.SSM: "/var/log/messages", ask.Manager: "/var/log/nms/vmanage-server.log"} {
			name := filepath.Base(on)
			file := filepath.Join(dir, name)
			without := slices.DeleteFunc(inputs(t, dir), func(p string) bool { return filepath.Base(p) == name })
			if _, err := os.Stat(file); err != nil || len(without) == 0 {
				continue
			}
			r, err := offline.Analyze(t.Context(), without, options(t))
			if err != nil {
				continue // nothing is left that is known
			}
			m := onHost.FindStringSubmatch(message(t, r, to))
			if m == nil || !strings.Contains(m[1], on) {
				continue
			}
			out, err := exec.Command(bash, "-c", strings.TrimPrefix(strings.ReplaceAll(m[1], on, "'"+file+"'"), "sudo ")).CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v", m[1], err)
			}
			if found := leaks(string(out), tr.Secrets); len(found) > 0 {
				t.Errorf("%s prints %d secrets", m[1], len(found))
			}
			wrapped := strings.HasSuffix(dir, "-102col") // as a terminal copied it: no host has it so
			if name == "messages" && !wrapped && slices.Contains([]string{"grant-not-found", "bad-user-password"}, tr.RootCause) && !bytes.Contains(out, []byte("/oauth/token 4")) {
				t.Errorf("the refused request is not in %q: %s", out, m[1])
			}
			ran++
		}
	})
	if !t.Failed() && ran < 12 {
		t.Errorf("%d commands ran", ran)
	}
}

// The proof sends what is typed, whatever signs are in it, and only to the SSM
// itself; it prints the error and the status, and no token; nothing of what was
// typed is in an argument of any process.
func TestProofIsTheManagersRequest(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("no " + tool)
		}
	}
	typed := map[string]string{"client_id": "made-UpID_0123", "client_secret": `m&d="Up\ 'se%cret`, "username": "licadmin", "password": "p+ss w$rd`id`"}
	var mu sync.Mutex
	var got url.Values
	args := ""
	answer, status := `{"access_token":"tokentokentoken","expires_in":7200}`, 200
	ssm := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_ = req.ParseForm()
		got = req.PostForm
		all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, p := range all {
			b, _ := os.ReadFile(p)
			args += string(b)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	ssm.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	ssm.StartTLS()
	defer ssm.Close()
	port := ssm.Listener.Addr().String()[strings.LastIndex(ssm.Listener.Addr().String(), ":")+1:]
	d := checks.Diagnosis{Verdict: checks.Failed, Peer: "10.1.2.3:" + port, RootCause: &checks.Finding{ID: "grant-not-found", Stage: checks.Auth, Owner: checks.OwnerSSMAdmin, Next: "Look in the API Console for the client ID",
		Fix: []checks.FixStep{{Who: checks.OwnerSSMAdmin, Do: "Look in the API Console for the client ID", Asks: "grant"}}}}
	lines, err := ask.Lines(report.Report{Diagnosis: d}, ask.SSM, "en")
	if err != nil {
		t.Fatal(err)
	}
	command := ""
	for _, l := range lines {
		if strings.HasPrefix(l, "read ") {
			command = l
		}
	}
	run := func() string {
		ctx := t.Context()
		cmd := exec.CommandContext(ctx, "bash", "-c", command)
		cmd.WaitDelay = 10 * time.Second
		cmd.Stdin = strings.NewReader(typed["client_id"] + "\n" + typed["client_secret"] + "\n" + typed["username"] + "\n" + typed["password"] + "\n")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		return string(out)
	}
	if out := strings.TrimSpace(run()); out != "200" {
		t.Errorf("a grant is printed as %q", out)
	}
	for name, value := range typed {
		if got.Get(name) != value {
			t.Errorf("%s was sent as %q", name, got.Get(name))
		}
		if name != "username" && strings.Contains(args, value) {
			t.Errorf("%s is in an argument", name)
		}
	}
	if got.Get("grant_type") != "password" {
		t.Error(got.Get("grant_type"))
	}
	answer, status = `{"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}`, 403
	if out := run(); !strings.Contains(out, "Grant not found") || !strings.Contains(out, "\n403\n") {
		t.Errorf("a refusal is printed as %q", out)
	}
}
