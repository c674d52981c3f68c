package ssh_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/audit"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// long scales rounds up where SYNCSCOPE_LONG is set.
func long(short, full int) int {
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		return full
	}
	return short
}

// watchedHost is a real sshd on the loopback that root logs in to with a key:
// the one host where tcpdump under sudo is a given.
type watchedHost struct {
	addr, known, key string
}

func startWatchedHost(t *testing.T) watchedHost {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can run a capture on the loopback")
	}
	for _, tool := range []string{"/usr/sbin/sshd", "/usr/bin/sudo", "/usr/bin/tcpdump", "/usr/bin/pgrep"} {
		if _, err := os.Stat(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	id, key := keyPair(t, "")
	srv := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	known := filepath.Join(t.TempDir(), "known")
	write(t, known, "* "+string(gossh.MarshalAuthorizedKey(srv.HostKey))) // by way of a cable, too
	return watchedHost{srv.Addr(), known, id}
}

// cable is a way to a host that can be cut: with a RST, or so that bytes
// vanish on both sides.
type cable struct {
	net.Listener
	black atomic.Bool
	mu    sync.Mutex
	conns []*net.TCPConn
}

func newCable(t *testing.T, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{Listener: l}
	t.Cleanup(func() { l.Close(); c.reset() })
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
			c.mu.Lock()
			c.conns = append(c.conns, a.(*net.TCPConn), b.(*net.TCPConn))
			c.mu.Unlock()
			go c.carry(a, b)
			go c.carry(b, a)
		}
	}()
	return c
}

func (c *cable) carry(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if !c.black.Load() && n > 0 {
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			if !c.black.Load() {
				_ = to.Close()
			}
			return
		}
	}
}

func (c *cable) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
	c.conns = nil
}

// TestOrphanClient is the client that others of these tests start and kill.
func TestOrphanClient(t *testing.T) {
	args := strings.Fields(os.Getenv("SYNCSCOPE_ORPHAN"))
	if len(args) == 0 {
		t.Skip("it is started by the tests of orphans")
	}
	wait, _ := strconv.Atoi(args[4])
	journal, err := audit.OpenJournal(args[3], time.Now)
	if err != nil {
		t.Fatal(err)
	}
	audit, err := audit.New(filepath.Join(args[3], "audit"), time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	cfg := login.Config{KnownHosts: []string{args[1]}, Identities: []string{args[2]}, Gate: redact.New(), Journal: journal, Audit: audit}
	to, err := ssh.ParseTarget("root@" + args[0])
	if err != nil {
		t.Fatal(err)
	}
	c, err := login.Dial(t.Context(), to, cfg)
	if err != nil {
		t.Fatal(err)
	}
	lo, _ := command.ParseInterface("lo")
	cmd, err := command.FullCapture(command.CaptureSpec{Interface: lo, Peer: netip.MustParseAddr("127.0.0.1"), Wait: time.Duration(wait) * time.Second,
		Own: []netip.AddrPort{netip.MustParseAddrPort(args[5])}}, command.NewMark())
	if err != nil {
		t.Fatal(err)
	}
	r, err := shell.Open(c).Stream(context.Background(), cmd.WithSudo())
	if err != nil {
		t.Fatal(err)
	}
	var magic [24]byte
	if _, err := io.ReadFull(r, magic[:]); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("up %s %x\n", cmd.Mark(), magic[:4])
	go func() { _, _ = io.Copy(io.Discard, r) }()
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	switch strings.TrimSpace(line) {
	case "panic":
		panic("on purpose")
	case "close":
		r.Close()
		c.Close()
		if err := audit.Close(); err != nil {
			t.Error(err)
		}
	}
}

// processes are all processes with mark in their arguments, and their groups.
func processes(mark string) map[int]string {
	out := map[int]string{}
	groups := map[string]bool{}
	stats := map[int]string{}
	names, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range names {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		args, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		stat, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		f := strings.Fields(after)
		stats[pid] = f[2]
		if strings.Contains(string(args), mark) && !strings.HasPrefix(string(args), "sshd") {
			out[pid] = strings.ReplaceAll(string(args), "\x00", " ")
			if strings.HasPrefix(string(args), "timeout") {
				groups[f[2]] = true
			}
		}
	}
	for pid, group := range stats {
		if groups[group] {
			out[pid] += " "
		}
	}
	return out
}

// orphanClient starts the client and waits until its capture runs.
func orphanClient(t *testing.T, h watchedHost, via, state string, wait int) (*exec.Cmd, io.Writer, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestOrphanClient$", "-test.v")
	cmd.Env = append(os.Environ(), fmt.Sprintf("SYNCSCOPE_ORPHAN=%s %s %s %s %d %s", via, h.known, h.key, state, wait, h.addr))
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err1 != nil || err2 != nil || cmd.Start() != nil {
		t.Error("the client does not start")
		return cmd, in, "none"
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	var said strings.Builder
	sc := bufio.NewScanner(out)
	for sc.Scan() {
		fmt.Fprintln(&said, sc.Text())
		if f := strings.Fields(sc.Text()); len(f) == 3 && f[0] == "up" {
			if f[2] != "d4c3b2a1" && f[2] != "a1b2c3d4" && f[2] != "4d3cb2a1" {
				t.Errorf("the stream begins with %s: no pcap", f[2])
			}
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return cmd, in, f[1]
		}
	}
	t.Errorf("the capture did not begin:\n%s", said.String())
	return cmd, in, "none"
}

// Whatever ends us or the link, the capture under sudo ends with it.
func TestNothingIsLeftBehind(t *testing.T) {
	h := startWatchedHost(t)
	faults := map[string]func(*exec.Cmd, io.Writer, *cable){
		"kill -9": func(c *exec.Cmd, _ io.Writer, _ *cable) { _ = c.Process.Kill() },
		"SIGHUP": func(c *exec.Cmd, _ io.Writer, _ *cable) {
			_ = exec.Command("kill", "-HUP", strconv.Itoa(c.Process.Pid)).Run()
		},
		"panic":      func(_ *exec.Cmd, in io.Writer, _ *cable) { _, _ = io.WriteString(in, "panic\n") },
		"close":      func(_ *exec.Cmd, in io.Writer, _ *cable) { _, _ = io.WriteString(in, "close\n") },
		"RST":        func(_ *exec.Cmd, _ io.Writer, w *cable) { w.reset() },
		"black hole": func(_ *exec.Cmd, _ io.Writer, w *cable) { w.black.Store(true) },
	}
	type result struct {
		fault string
		lived time.Duration
	}
	rounds := long(3, 20)
	results := make(chan result, len(faults)*rounds+1)
	at := make(chan struct{}, 6) // they wait more than they work
	var wg sync.WaitGroup
	for name, fault := range faults {
		for range rounds {
			wg.Go(func() {
				at <- struct{}{}
				defer func() { <-at }()
				results <- result{name, orphaned(t, h, 3, fault)}
			})
		}
	}
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		wg.Go(func() { results <- result{"black hole at real length", orphaned(t, h, 30, faults["black hole"])} })
	}
	wg.Wait()
	close(results)
	worst, count := map[string]time.Duration{}, map[string]int{}
	for r := range results {
		worst[r.fault] = max(worst[r.fault], r.lived)
		count[r.fault]++
	}
	for _, name := range slices.Sorted(maps.Keys(worst)) {
		t.Logf("%s, %d times: gone after at most %v", name, count[name], worst[name].Round(100*time.Millisecond))
	}
}

// orphaned starts a client, breaks it, and gives how long its processes lived.
func orphaned(t *testing.T, h watchedHost, wait int, fault func(*exec.Cmd, io.Writer, *cable)) time.Duration {
	t.Helper()
	wire := newCable(t, h.addr)
	cmd, in, mark := orphanClient(t, h, wire.Addr().String(), t.TempDir(), wait)
	before := processes(mark)
	if len(before) < 3 {
		t.Errorf("%d processes run, not sudo, timeout, watchdog and tcpdump", len(before))
		return 0
	}
	fault(cmd, in, wire)
	start := time.Now()
	for {
		left := processes(mark)
		for pid := range before {
			if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); err == nil {
				left[pid] = before[pid]
			}
		}
		if len(left) == 0 {
			return time.Since(start)
		}
		if time.Since(start) > 60*time.Second {
			t.Errorf("after 60 s there are left: %v", left)
			return 60 * time.Second
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// What a killed session left is found by the next one, which ends it only on
// demand, and leaves what is not in the journal alone.
func TestSweep(t *testing.T) {
	h := startWatchedHost(t)
	state := t.TempDir()
	wire := newCable(t, h.addr)
	_, _, mark := orphanClient(t, h, wire.Addr().String(), state, 60)
	journal, err := audit.OpenJournal(state, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	cfg := login.Config{KnownHosts: []string{h.known}, Identities: []string{h.key}, Gate: redact.New(), Journal: journal}
	to, _ := ssh.ParseTarget("root@" + wire.Addr().String())
	c, err := login.Dial(t.Context(), to, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	foreign := exec.Command("bash", "-c", "sleep 60; true", "syncscope-wd-0123456789abcdef")
	if err := foreign.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = foreign.Process.Kill(); _ = foreign.Wait() }()
	left, others, err := shell.Sweep(t.Context(), c, shell.Open(c))
	if err != nil || len(left) != 1 || left[0].Mark != mark || left[0].Owner != "root" || others < 1 {
		t.Fatalf("left %v, %d others, %v", left, others, err)
	}
	if err := left[0].End(t.Context(), shell.Open(c)); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); len(processes(mark)) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Since(start) > 20*time.Second {
			t.Fatalf("it runs still: %v", processes(mark))
		}
	}
	left, others, err = shell.Sweep(t.Context(), c, shell.Open(c))
	if err != nil || len(left) != 0 || others < 1 {
		t.Errorf("afterwards: left %v, %d others, %v", left, others, err)
	}
}
