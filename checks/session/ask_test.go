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

// A message has ten lines at most and no secret, in every language and whoever is
// asked; who has the next step is asked something, and a name that nothing stands
// for is in none.
func TestMessagesOfAllCases(t *testing.T) {
	open := regexp.MustCompile(`\{[a-z_]+\}`)
	asked(t, func(t *testing.T, _ string, tr truth, r report.Report) {
		for _, to := range ask.Recipients() {
			for _, lang := range ask.Languages() {
				lines, err := ask.Lines(r, to, lang)
				text := strings.Join(lines, "\n")
				if err != nil || len(lines) == 0 || len(lines) > ask.MaxLines || strings.Count(text, "\n") != len(lines)-1 {
					t.Errorf("%s, %s: %d lines, %v", to, lang, len(lines), err)
				}
				if found := leaks(text, tr.Secrets); len(found) > 0 {
					t.Errorf("%s, %s: %d secrets", to, lang, len(found))
				}
				if hole := open.FindString(strings.NewReplacer("%{http_code}", "").Replace(text)); hole != "" {
					t.Errorf("%s, %s: nothing stands for %s", to, lang, hole)
				}
			}
		}
		who := r.Diagnosis.Turn().Who
		if lines, err := ask.Lines(r, ask.For(who), "en"); err != nil || who != checks.OwnerNobody && len(lines) < 4 {
			t.Errorf("%s has the next step, and is asked nothing: %q", who, lines)
		}
		if f := r.Diagnosis.RootCause; f != nil {
			lines, _ := ask.Lines(r, ask.For(f.Owner), "en")
			if text := strings.Join(lines, "\n"); !onHost.MatchString(text) {
				t.Errorf("%s owns %s, and nothing is to be run: %q", f.Owner, f.ID, lines)
			}
		}
	})
}

// onHost finds the command that is to be run on a host.
var onHost = regexp.MustCompile(`(?m)^On your host: (.*)$`)

// What the commands print of every case's logs, run by bash as they stand, holds no
// secret, and the request that failed is among it.
func TestCommandsOfMessagesPrintNoSecret(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	ran := 0
	asked(t, func(t *testing.T, dir string, tr truth, r report.Report) {
		for _, to := range ask.Recipients() {
			lines, _ := ask.Lines(r, to, "en")
			m := onHost.FindStringSubmatch(strings.Join(lines, "\n"))
			if m == nil {
				continue
			}
			if out, err := exec.Command(bash, "-n", "-c", m[1]).CombinedOutput(); err != nil {
				t.Errorf("%s: %s", m[1], out)
			}
			for on, name := range map[string]string{"/var/log/messages": "messages", "/var/log/nms/vmanage-server.log": "vmanage-server.log"} {
				file := filepath.Join(dir, name)
				if _, err := os.Stat(file); err != nil || !strings.Contains(m[1], on) {
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
					t.Errorf("the refused request is not in %q", out)
				}
				ran++
			}
		}
	})
	if ran < 20 {
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
	d := checks.Diagnosis{Verdict: checks.Failed, Peer: "10.1.2.3:" + port, RootCause: &checks.Finding{ID: "grant-not-found", Stage: checks.Auth}}
	lines, err := ask.Lines(report.Report{Diagnosis: d}, ask.SSM, "en")
	if err != nil {
		t.Fatal(err)
	}
	command := ""
	for _, l := range lines {
		if _, after, is := strings.Cut(l, " Run: read "); is {
			command = "read " + after
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
