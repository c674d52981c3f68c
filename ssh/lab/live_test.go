package lab_test

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

const quick = 10 * time.Millisecond

// transcript collects what a channel prints while others wait for parts of it.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func newTranscript() *transcript { return &transcript{more: make(chan struct{}, 1)} }

func (s *transcript) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(b)
	select {
	case s.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until want is there, or fails.
func (s *transcript) await(t *testing.T, want string) string {
	t.Helper()
	limit := time.After(15 * time.Second)
	for {
		if text := s.String(); strings.Contains(text, want) {
			return text
		}
		select {
		case <-s.more:
		case <-limit:
			t.Fatalf("%q did not come; there is\n%s", want, s)
		}
	}
}

func dial(t *testing.T, h lab.Host) *gossh.Client {
	t.Helper()
	c, err := logIn(t, h, h.Password)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// terminal opens a shell on a terminal.
func terminal(t *testing.T, h lab.Host) (io.Writer, *transcript) {
	t.Helper()
	s, err := dial(t, h).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	out := newTranscript()
	s.Stdout = out
	in, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RequestPty("vt100", 100, 512, gossh.TerminalModes{gossh.ECHO: 0}); err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	return in, out
}

// run starts a command on a channel of its own.
func run(t *testing.T, h lab.Host, line, input string) *transcript {
	t.Helper()
	s, err := dial(t, h).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	out := newTranscript()
	s.Stdout, s.Stdin = out, strings.NewReader(input)
	if err := s.Start(line); err != nil {
		t.Fatal(err)
	}
	return out
}

const (
	filter     = `tcpdump vpn 0 interface eth0 options "-l -nn -vv -c 20000 (host 172.20.85.137 and not port 22) or port 53 or icmp"` + "\n"
	followSSM  = "sudo -S -p 'PW:' -- tail -c +1 -F -- '/var/log/messages'"
	followHere = "tail -c +1 -F -- '/var/log/nms/vmanage-server.log'\n"
	refusedMgr = "Smart Account User Authentication failed."
	doneMgr    = "Sync Licenses and Refresh Devices completed"
)

// watch attaches a capture and both followers.
func watch(t *testing.T, l *lab.Lab) (keys io.Writer, listing, mgr, ssm *transcript) {
	t.Helper()
	keys, listing = terminal(t, l.Manager())
	listing.await(t, "# ")
	io.WriteString(keys, filter)
	listing.await(t, "listening on eth0")
	shell, mgr := terminal(t, l.Manager())
	mgr.await(t, "# ")
	io.WriteString(shell, "vshell\n")
	mgr.await(t, "$ ")
	io.WriteString(shell, followHere)
	return keys, listing, mgr, run(t, l.SSM(), followSSM, l.SSM().Password+"\n")
}

// packets reads a listing as the program does.
func packets(text string) (out []packet.Packet, footer tcpdump.Item) {
	s, n := tcpdump.NewScanner(), 0
	keep := func(i *tcpdump.Item) {
		switch i.Kind {
		case tcpdump.ItemPacket:
			out = append(out, i.Packet)
		case tcpdump.ItemFooter:
			footer = *i
		}
	}
	sc := bufio.NewScanner(strings.NewReader(text))
	for sc.Scan() {
		n++
		s.Line(n, redact.Wrap(sc.Bytes()), keep)
	}
	s.Close(keep)
	return out, footer
}

func TestFailingAct(t *testing.T) {
	l := start(t, lab.Options{Scenario: "grant-not-found", Delay: quick})
	begin := time.Now()
	keys, listing, mgr, ssm := watch(t, l)
	mgr.await(t, refusedMgr)
	ssm.await(t, `" 403 121 "-"`)
	select {
	case <-l.Ended():
	case <-time.After(5 * time.Second):
		t.Fatal("the act did not end")
	}
	if d := time.Since(begin); d > 6*time.Second {
		t.Errorf("the act took %v", d)
	}
	for _, want := range []string{`Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found.`, "password=******* . Code", "clientUrl=172.20.85.137,", "Failed to authenticate user - '"} {
		if !strings.Contains(mgr.String(), want) {
			t.Errorf("the Manager's log lacks %q", want)
		}
	}
	for _, want := range []string{"connect() failed (111: Connection refused)", "upstream server temporarily disabled", "[fd00:dead:beef::5]:3000", "status=403", "client: 10.66.76.85"} {
		if !strings.Contains(ssm.String(), want) {
			t.Errorf("the SSM's messages lack %q", want)
		}
	}
	time.Sleep(600 * time.Millisecond) // the FINs need one more round trip
	io.WriteString(keys, "\x03")
	text := listing.await(t, "dropped by kernel")
	got, footer := packets(text)
	if footer.Captured != len(got) || len(got) == 0 {
		t.Errorf("%d packets were printed, the counters say %d", len(got), footer.Captured)
	}
	checkTLS12(t, got)
}

// checkTLS12 holds the flights' sizes against TLS 1.2 with ECDHE and AES-GCM.
func checkTLS12(t *testing.T, got []packet.Packet) {
	t.Helper()
	var sizes []int
	fromClient := false
	for i, p := range got {
		if p.Length == 0 {
			continue
		}
		if client := p.Dst.Port() == 8443; len(sizes) == 0 || client != fromClient {
			sizes, fromClient = append(sizes, 0), client
		}
		sizes[len(sizes)-1] += p.Length
		if p.Length > 1380 {
			t.Errorf("packet %d carries %d bytes, more than the MSS", i+1, p.Length)
		}
	}
	if len(sizes) != 7 { // hello, hello..done, key exchange..Finished, Finished, request, response, close_notify
		t.Fatalf("flights %v", sizes)
	}
	if sizes[2] != 143+6+45 || sizes[3] != 6+45 || sizes[6] != 31 {
		t.Errorf("flights %v are not those of P-521 and AES-GCM", sizes)
	}
	if sizes[1] < 700 || sizes[4] <= 29 || sizes[5] <= 29+121 {
		t.Errorf("flights %v: one is too short to be true", sizes)
	}
	rtt := got[1].Time.Sub(got[0].Time)
	if rtt < 230*time.Millisecond || rtt > 300*time.Millisecond {
		t.Errorf("the SYN-ACK came after %v", rtt)
	}
	for i, p := range got {
		own := p.Dst.Port() == 8443
		switch {
		case p.IPLength+14 > 128 && p.Checksum != packet.ChecksumUnknown:
			t.Errorf("packet %d is cut and has a checksum", i+1)
		case p.IPLength+14 <= 128 && own != (p.Checksum == packet.ChecksumIncorrect):
			t.Errorf("packet %d, sent by us: %v, has checksum state %d", i+1, own, p.Checksum)
		}
	}
}

func TestFixTurnsTheNextAttemptGreen(t *testing.T) {
	l := start(t, lab.Options{Scenario: "grant-not-found", Delay: quick})
	_, _, mgr, ssm := watch(t, l)
	mgr.await(t, refusedMgr)
	<-l.Ended()
	before := l.Secrets()
	if err := l.Fix(); err != nil {
		t.Fatal(err)
	}
	text := mgr.await(t, doneMgr)
	ssm.await(t, "/virtual-accounts/Default/licenses HTTP/1.1\" 200 ")
	if ids := clientIDs(text); len(ids) != 2 {
		t.Errorf("%d client IDs were used, not an old and a new one", len(ids))
	}
	if len(l.Secrets()) <= len(before) {
		t.Error("Secrets does not have the new grant's")
	}
}

func clientIDs(log string) map[string]bool {
	ids := map[string]bool{}
	for _, part := range strings.Split(log, "client_id=")[1:] {
		ids[part[:64]] = true
	}
	return ids
}

func TestSecretsCoverWhatTheLogsShow(t *testing.T) {
	l := start(t, lab.Options{Scenario: "grant-not-found", Delay: quick})
	_, _, mgr, ssm := watch(t, l)
	mgr.await(t, refusedMgr)
	known := map[string]bool{}
	for _, s := range l.Secrets() {
		known[s] = true
	}
	for _, log := range []string{mgr.String(), ssm.await(t, `" 403 121 "-"`)} {
		for _, key := range []string{"client_id=", "client_secret=", "password="} {
			parts := strings.Split(log, key)
			if len(parts) < 2 {
				t.Fatalf("no %s in the log", key)
			}
			for _, p := range parts[1:] {
				value := p[:strings.IndexAny(p, "&, }\"\r\n")]
				if value != "*******" && !known[value] {
					t.Errorf("%s%s is not among the secrets", key, value)
				}
			}
		}
	}
	for _, h := range []lab.Host{l.Manager(), l.SSM()} {
		if !known[h.Password] {
			t.Errorf("the login password of %s is not among the secrets", h.Name)
		}
	}
}

func TestOKScenario(t *testing.T) {
	l := start(t, lab.Options{Scenario: "ok", Delay: quick})
	_, _, mgr, ssm := watch(t, l)
	text := mgr.await(t, doneMgr)
	for _, want := range []string{"Smart Account user authenticated successfully", "Query Smart Account details: backend/api/v1/accounts/search", "Received licenses: "} {
		if !strings.Contains(text, want) {
			t.Errorf("the Manager's log lacks %q", want)
		}
	}
	if bad := ssm.await(t, "/licenses HTTP/1.1\" 200 "); strings.Contains(bad, "\" 403 ") || strings.Contains(bad, "\" 401 ") {
		t.Error("the SSM refused something")
	}
}

func TestPastIsInBothLogsAndNothingPlays(t *testing.T) {
	l := start(t, lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute})
	<-l.Ended()
	_, listing, mgr, ssm := watch(t, l)
	text := mgr.await(t, refusedMgr)
	ssm.await(t, `" 403 121 "-"`)
	stamp, _, _ := strings.Cut(lineWith(text, refusedMgr), " IST")
	at, err := time.ParseInLocation("02-Jan-2006 15:04:05,000", stamp, time.FixedZone("IST", 5*3600+1800))
	if err != nil {
		t.Fatal(err)
	}
	if age := time.Since(at); age < 9*time.Minute || age > 11*time.Minute {
		t.Errorf("the attempt was %v ago", age)
	}
	time.Sleep(1500 * time.Millisecond) // a live act would have begun
	if got, _ := packets(listing.String()); len(got) > 0 {
		t.Errorf("%d packets of a past attempt were captured", len(got))
	}
	if n := strings.Count(mgr.String(), refusedMgr); n != 1 {
		t.Errorf("%d attempts in the log", n)
	}
}

func TestStampsRise(t *testing.T) {
	l := start(t, lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute})
	_, _, mgr, _ := watch(t, l)
	mgr.await(t, refusedMgr)
	time.Sleep(200 * time.Millisecond)
	var last time.Time
	for _, line := range strings.Split(mgr.String(), "\n") {
		at, err := time.Parse("02-Jan-2006 15:04:05,000", line[:min(len(line), 24)])
		if err != nil {
			continue // prompts
		}
		if at.Before(last.Add(-time.Second)) {
			t.Errorf("%s stands behind a line of %s", line[:24], last.Format(time.TimeOnly))
		}
		last = at
	}
}

func lineWith(text, want string) string {
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, want) {
			return line
		}
	}
	return ""
}

func TestLoginByKey(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		key  gossh.PublicKey
		ok   bool
	}{{"authorized", signer.PublicKey(), true}, {"none is authorized", nil, false}} {
		t.Run(tc.name, func(t *testing.T) {
			h := start(t, lab.Options{Scenario: "ok", Past: time.Minute, AuthorizedKey: tc.key}).SSM()
			c, err := gossh.Dial("tcp", h.Addr, &gossh.ClientConfig{User: h.User, Auth: []gossh.AuthMethod{gossh.PublicKeys(signer)}, HostKeyCallback: gossh.FixedHostKey(h.Key), Timeout: 5 * time.Second})
			if c != nil {
				c.Close()
			}
			if (err == nil) != tc.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestKnownHostsLine(t *testing.T) {
	l := start(t, lab.Options{Scenario: "ok", Past: time.Minute})
	kinds := map[string]string{}
	for _, h := range []lab.Host{l.Manager(), l.SSM()} {
		_, hosts, key, _, _, err := gossh.ParseKnownHosts([]byte(h.KnownHostsLine() + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		host, port, _ := strings.Cut(h.Addr, ":")
		if len(hosts) != 1 || hosts[0] != "["+host+"]:"+port || string(key.Marshal()) != string(h.Key.Marshal()) {
			t.Errorf("%s: %q", h.Name, h.KnownHostsLine())
		}
		kinds[h.Name] = key.Type()
	}
	if kinds[l.Manager().Name] != gossh.KeyAlgoECDSA256 || kinds[l.SSM().Name] != gossh.KeyAlgoED25519 {
		t.Errorf("key types %v", kinds)
	}
}

// A line reaches a follower at once: half of them within 20 ms even on a busy
// machine.
func TestFollowIsPrompt(t *testing.T) {
	l := start(t, lab.Options{Scenario: "ok", Past: time.Minute})
	out := run(t, l.SSM(), followSSM, l.SSM().Password+"\n")
	l.AppendSSM("ready")
	out.await(t, "ready\n")
	late := 0
	for i := range 50 {
		mark := "mark-" + strings.Repeat("x", i+1) + "\n"
		begin := time.Now()
		l.AppendSSM(strings.TrimSuffix(mark, "\n"))
		out.await(t, mark)
		if time.Since(begin) > 20*time.Millisecond {
			late++
		}
	}
	if late > 25 {
		t.Errorf("%d of 50 lines took more than 20 ms", late)
	}
}

func TestCaptureFiltersAndCounts(t *testing.T) {
	for _, tc := range []struct{ name, line, want string }{
		{"denied letter", `tcpdump vpn 0 interface eth0 options "-w x"`, "Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUv]"},
		{"denied letter in a group", `tcpdump vpn 0 interface eth0 options "-nnXvv"`, "Usage: tcpdump"},
		{"echo of the real command", `tcpdump vpn 0 interface eth0 options "host 172.20.85.137 -nn -vv"`, "tcpdump -p -i eth0 -s 128 host 172.20.85.137 -nn -vv in VPN 0\r\ntcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 128 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := start(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute})
			keys, out := terminal(t, l.Manager())
			out.await(t, "# ")
			io.WriteString(keys, tc.line+"\n")
			out.await(t, tc.want)
		})
	}
}

func TestCountEndsACapture(t *testing.T) {
	l := start(t, lab.Options{Scenario: "ok", Delay: quick})
	keys, out := terminal(t, l.Manager())
	out.await(t, "# ")
	io.WriteString(keys, `tcpdump vpn 0 interface eth0 options "-nn -vv -c 2 host 172.20.85.137"`+"\n")
	run(t, l.SSM(), followSSM, l.SSM().Password+"\n") // with the third, the act begins
	run(t, l.SSM(), followSSM, l.SSM().Password+"\n")
	text := out.await(t, "dropped by kernel")
	if got, footer := packets(text); len(got) != 2 || footer.Captured != 2 {
		t.Errorf("%d packets, counters %d", len(got), footer.Captured)
	}
	if strings.Contains(text, "^C") {
		t.Error("^C is printed though nobody pressed it")
	}
}

func TestCloseEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	l, err := lab.Start(t.Context(), lab.Options{Scenario: "ok", Delay: quick})
	if err != nil {
		t.Fatal(err)
	}
	_, _, mgr, _ := watch(t, l)
	mgr.await(t, doneMgr)
	closed := make(chan error, 1)
	go func() { closed <- l.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Close hangs")
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before+2 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before+2 {
		t.Errorf("%d goroutines are left of %d", n, before)
	}
}

// The program's own client against both hosts: what it sends is what they know.
func TestOwnClientReadsBothLogs(t *testing.T) {
	l := start(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute})
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(known, []byte(l.Manager().KnownHostsLine()+"\n"+l.SSM().KnownHostsLine()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	connect := func(h lab.Host) *login.Client {
		target, err := ssh.ParseTarget(h.User + "@" + h.Addr)
		if err != nil {
			t.Fatal(err)
		}
		c, err := login.Dial(ctx, target, login.Config{KnownHosts: []string{known}, Prompter: knows{h}, Gate: redact.New()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	backlog := func(sh shell.Shell, path command.LogPath) string {
		log, err := follow.OpenLog(ctx, sh, path)
		if err != nil {
			t.Fatal(err)
		}
		r, whole, err := log.Backlog(ctx, 1<<20)
		if err != nil || !whole {
			t.Fatalf("whole %v, %v", whole, err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if text := backlog(shell.Open(connect(l.SSM())), command.SSMMessages); !strings.Contains(text, `" 403 121 "-"`) {
		t.Errorf("the SSM's messages are %d bytes without the refusal", len(text))
	}
	cli, err := shell.Manager(ctx, connect(l.Manager()))
	if err != nil {
		t.Fatal(err)
	}
	sh, err := cli.Shell(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if text := backlog(sh, command.ManagerServerLog); !strings.Contains(text, refusedMgr) {
		t.Errorf("the Manager's log is %d bytes without the refusal", len(text))
	}
}

// knows is a person who knows one host's password.
type knows struct{ h lab.Host }

func (k knows) Secret(context.Context, ssh.Question) ([]byte, error) {
	return []byte(k.h.Password), nil
}

func (knows) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }
