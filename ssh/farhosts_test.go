package ssh_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/login"
)

// delayLine is a link in user space: what is sent arrives half a round trip later,
// and all connections together get a number of bits a second each way.
type delayLine struct {
	way  time.Duration
	rate int64 // bits a second
	mu   [2]sync.Mutex
	free [2]time.Time // when the link is free again
	net.Listener
}

func newDelayLine(t testing.TB, to string, shared *delayLine) *delayLine {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", to)
			if err != nil {
				a.Close()
				continue
			}
			go shared.carry(0, a, b)
			go shared.carry(1, b, a)
		}
	}()
	return &delayLine{Listener: l}
}

// slowLine is 200 ms there and back, and 2 Mbit/s.
func slowLine() *delayLine { return &delayLine{way: 100 * time.Millisecond, rate: 2_000_000} }

// piece is what arrives at a time.
type piece struct {
	at time.Time
	b  []byte
}

// carry carries one direction of a connection.
func (d *delayLine) carry(way int, from, to net.Conn) {
	queue := make(chan piece, 64) // more than that waits where it comes from
	go func() {
		defer to.Close()
		for p := range queue {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.b); err != nil {
				from.Close()
			}
		}
	}()
	defer close(queue)
	for {
		b := make([]byte, 1400)
		n, err := from.Read(b)
		if n > 0 {
			queue <- piece{d.arrival(way, n), b[:n]}
		}
		if err != nil {
			return
		}
	}
}

// arrival takes the link for n bytes.
func (d *delayLine) arrival(way, n int) time.Time {
	d.mu[way].Lock()
	defer d.mu[way].Unlock()
	now := time.Now()
	if d.free[way].Before(now) {
		d.free[way] = now
	}
	d.free[way] = d.free[way].Add(time.Duration(int64(n) * 8 * int64(time.Second) / d.rate))
	return d.free[way].Add(d.way)
}

// oldFailure are the lines of a sign-in that was refused at a time, in both logs.
func oldFailure(at time.Time) (manager, ssm string) {
	const id, secret = "JUvvMadeUpNdcAkxv1kek9Zx", "SBBc9MadeUpJxmBJyI8BWsFU"
	query := "backend/oauth/token?grant_type=password&client_id=" + id + "&client_secret=" + secret + "&username=svc&password="
	var m strings.Builder
	for _, line := range []string{
		"INFO [mgr1] [SmartLicensingIntegrationManager] (default task-47) |default| user is using in On Prem mode",
		"INFO [mgr1] [SmartLicensingIntegrationManager] (default task-47) |default| Authenticating on-prem server",
		"INFO [mgr1] [AbstractSettingsManager] (default task-47) |default| Found smart licensing mode is onprem",
		"INFO [mgr1] [SmartLicensingUtil] (default task-47) |default| intializing client Map {clientUrl=10.106.66.55, client_secret=" + secret + ", client_id=" + id + "}",
		"INFO [mgr1] [SmartLicensingUtil] (default task-47) |default| URL " + query + "madeUp4024",
		`ERROR [mgr1] [RestAPIClient] (default task-47) |default| Failed to process POST request uri: ` + query + `******* . Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}`,
		"ERROR [mgr1] [SmartLicensingUtil] (default task-47) |default| Failed to authenticate user - 'svc'.",
		"ERROR [mgr1] [SmartLicensingIntegrationRestfulResource] (default task-47) |default| Smart Account User Authentication failed.",
	} {
		fmt.Fprintf(&m, "%s,100 UTC %s\n", at.Format("02-Jan-2006 15:04:05"), line)
	}
	ssm = fmt.Sprintf("%s SSM-On-Prem 8def82934c0a: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=403 duration=17.67 view=2.29 db=0.00\n"+
		"%[1]s SSM-On-Prem e4ce50bef757: 10.66.76.81 - - [%s] \"POST /%smadeUp4024 HTTP/1.1\" 403 121 \"-\" \"Apache-HttpClient/4.5.14 (Java/17.0.15)\" \"-\"\n", at.Format(time.Stamp), at.Format("02/Jan/2006:15:04:05 +0000"), query)
	return m.String(), ssm
}

// manyLines are lines of others, a line each step from a time on.
func manyLines(size int, from time.Time, step time.Duration, line func(time.Time, int) string) []byte {
	var out bytes.Buffer
	for i := 0; out.Len() < size; i++ {
		out.WriteString(line(from.Add(time.Duration(i)*step), i))
	}
	return out.Bytes()
}

// oldLogs is a folder as /var/log of both hosts: 16 MB without an attempt, and the
// failure of hours ago among 16 MB that were rotated.
func oldLogs(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "nms"), 0o755))
	now := time.Now().UTC().Truncate(time.Second)
	m, s := oldFailure(now.Add(-6 * time.Hour))
	others := map[string]func(time.Time, int) string{
		"nms/vmanage-server.log": func(at time.Time, i int) string {
			return fmt.Sprintf("%s,%03d UTC INFO [mgr1] [DeviceStatsManager] (Thread-%d) |default| Stats collection cycle completed for 38 devices in %d ms\n", at.Format("02-Jan-2006 15:04:05"), i%1000, i%90, i)
		},
		"messages": func(at time.Time, i int) string {
			return fmt.Sprintf("%s SSM-On-Prem 0e4760d91a0f: 1:M %d changes in 300 seconds. Saving, as on each of the other days...\n", at.Format(time.Stamp), i)
		},
	}
	const size = 16 << 20
	for name, failure := range map[string]string{"nms/vmanage-server.log": m, "messages": s} {
		step := 5 * time.Hour / (size / 110)
		older := append(manyLines(size/2, now.Add(-8*time.Hour), step/2, others[name]), failure...)
		older = append(older, manyLines(size/2, now.Add(-6*time.Hour+time.Second), step/6, others[name])...)
		must(t, os.WriteFile(filepath.Join(dir, name+".1"), older, 0o600))
		must(t, os.WriteFile(filepath.Join(dir, name), manyLines(size, now.Add(-5*time.Hour), step, others[name]), 0o600))
	}
	return dir
}

// A failure of hours ago that stands in a rotated file is told within ten seconds of
// the last login, on real hosts behind 200 ms and 2 Mbit/s.
func TestAnOldFailureOverASlowLink(t *testing.T) {
	took, verdict := sentenceOver(t, slowLine(), oldLogs(t))
	t.Logf("%.1f s from the last login to %s", took.Seconds(), verdict)
	if verdict != "grant-not-found" || took > 5*soonEnough { // a busy machine is no failure
		t.Errorf("%s after %s; %s are asked for", verdict, took, soonEnough)
	}
}

// soonEnough is how soon a readable verdict is to be there after the last login.
const soonEnough = 10 * time.Second

// sentenceOver runs on two real hosts behind a link, and tells how long after the
// last login the cause is told.
func sentenceOver(t *testing.T, link *delayLine, logs string) (time.Duration, string) {
	t.Helper()
	id, key := keyPair(t, "")
	script := filepath.Join(t.TempDir(), "cli")
	must(t, os.WriteFile(script, []byte(fakeCLI), 0o755))
	cfg := login.Config{Identities: []string{id}, Gate: redact.New()}
	host := func(more ...string) ssh.Target {
		srv := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}, Config: more, Logs: logs})
		far := newDelayLine(t, srv.Addr(), link)
		r := (&rig{srv.Addr(), srv.User, login.Config{KnownHosts: []string{knownHostsOf(t, srv)}}}).through(t, far.Addr().String())
		cfg.KnownHosts = append(cfg.KnownHosts, r.cfg.KnownHosts...)
		return r.target(t)
	}
	manager, ssm := host("ForceCommand "+script), host()
	live := connected(t, cfg, manager, ssm, "10.106.66.55")
	began := time.Now() // both are logged in to
	d := sentence(t, live)
	if d.RootCause == nil {
		return time.Since(began), d.Sentence()
	}
	return time.Since(began), d.RootCause.ID
}

// connected is a run that has logged in to both hosts.
func connected(t *testing.T, cfg login.Config, manager, ssm ssh.Target, peer string) *session.Live {
	t.Helper()
	rules, err := diagnose.LoadRules()
	must(t, err)
	live, err := session.Connect(t.Context(), session.Config{
		Options: offline.Options{Gate: cfg.Gate, Rules: rules, Version: "test"}, SSH: cfg, Managers: []ssh.Target{manager}, SSM: &ssm, PeerName: peer,
	})
	must(t, err)
	t.Cleanup(live.Close)
	return live
}

// sentence starts a run and waits, a minute at most, for a cause that is confirmed.
func sentence(t *testing.T, live *session.Live) checks.Diagnosis {
	t.Helper()
	live.Start(t.Context())
	limit := time.After(time.Minute)
	last := view.Update{Shown: -1}
	for {
		select {
		case u, ok := <-live.Updates():
			if !ok {
				return last.Diagnosis()
			}
			if last = u; u.RootCause != nil && u.RootCause.Confidence == checks.Confirmed {
				return last.Diagnosis()
			}
		case <-limit:
			return last.Diagnosis()
		}
	}
}
