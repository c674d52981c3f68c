package ssh_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// cutOff follows until "one" came, does what while nobody follows, and follows
// on.
func cutOff(t *testing.T, what func(t *testing.T, file string), until string) (string, []follow.Gap) {
	t.Helper()
	srv := startRig(t, "")
	file := filepath.Join(logDir(t), "messages")
	appendTo(t, file, strings.Repeat("before\n", 100))
	log := srv.open(t, shell.Open(srv.dial(t)), file)
	k := newKept()
	follow := func() func() {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { log.Follow(ctx, k) })
		return func() { cancel(); wg.Wait() }
	}
	end := follow()
	appendTo(t, file, "one\n")
	k.wait(t, func(s string) bool { return s == "one\n" }, 10*time.Second)
	end()
	what(t, file)
	defer follow()()
	s := k.wait(t, func(s string) bool { return strings.HasSuffix(s, until) }, 20*time.Second)
	k.mu.Lock()
	defer k.mu.Unlock()
	return s, k.gaps
}

// followedToOne is a log that is followed until the test ends, and has given its first
// new line.
func followedToOne(t *testing.T, timing follow.Timing) (file string, k *kept) {
	t.Helper()
	srv := startRig(t, "")
	file = filepath.Join(logDir(t), "messages")
	appendTo(t, file, strings.Repeat("before\n", 100))
	log := srv.open(t, shell.Open(srv.dial(t)), file)
	log.Timing, k = timing, newKept()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait)
	t.Cleanup(cancel)
	wg.Go(func() { log.Follow(ctx, k) })
	appendTo(t, file, "one\n")
	k.wait(t, func(s string) bool { return s == "one\n" }, 10*time.Second)
	return file, k
}

// The rest of a log that was rotated and packed while nobody followed is read
// out of the packed file.
func TestARotatedAndPackedLogIsFound(t *testing.T) {
	t.Parallel()
	s, gaps := cutOff(t, func(t *testing.T, file string) {
		appendTo(t, file, "two, packed\n")
		text, err := os.ReadFile(file)
		must(t, err)
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err = z.Write(text)
		must(t, err)
		must(t, z.Close())
		must(t, os.WriteFile(file+".1.gz", packed.Bytes(), 0o644))
		must(t, os.Remove(file))
		appendTo(t, file, "three\n")
	}, "three\n")
	if s != "one\ntwo, packed\nthree\n" || len(gaps) != 0 {
		t.Errorf("%q, gaps %v", s, gaps)
	}
}

// A log that was cut and has grown past where we were is another one, and says
// so.
func TestALogThatWasCutAndGrewAgainIsAGap(t *testing.T) {
	t.Parallel()
	s, gaps := cutOff(t, func(t *testing.T, file string) {
		must(t, os.Truncate(file, 0))
		appendTo(t, file, strings.Repeat("grown again\n", 1000))
	}, "grown again\n")
	if !strings.HasPrefix(s, "one\ngrown again\n") || len(gaps) != 1 {
		t.Errorf("%d bytes, gaps %v", len(s), gaps)
	}
}

// So does one that was cut and grew again while it is followed, between two
// looks of tail's: tail cannot see that, the look at the log's beginning can.
func TestALogThatGrewAgainBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	timing := follow.DefaultTiming
	timing.Tick = 20 * time.Millisecond // it looks every 60 ticks
	file, k := followedToOne(t, timing)
	time.Sleep(time.Second) // it has looked once
	tail := 0
	for _, pid := range of(file) {
		if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil && b[0] == 0x1e {
			tail = pid
		}
	}
	if tail == 0 {
		t.Fatal("no tail runs")
	}
	must(t, syscall.Kill(tail, syscall.SIGSTOP))
	must(t, os.Truncate(file, 0))
	appendTo(t, file, strings.Repeat("grown again\n", 100))
	must(t, syscall.Kill(tail, syscall.SIGCONT))
	k.wait(t, func(string) bool { k.mu.Lock(); defer k.mu.Unlock(); return len(k.gaps) > 0 }, 20*time.Second)
	if why := k.gaps[0].Why.String(); !strings.Contains(why, "grew past") {
		t.Error(why)
	}
}

// A log that is deleted while it is followed, and begun anew, is no gap: all of it
// was handed over, and what a late writer still writes to it is, too.
func TestALogThatIsDeletedWhileItIsFollowed(t *testing.T) {
	t.Parallel()
	file, k := followedToOne(t, quick)
	late, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0o644)
	must(t, err)
	defer late.Close()
	must(t, os.Remove(file))
	appendTo(t, file, "three\n")
	_, err = late.WriteString("two, late\n")
	must(t, err)
	s := k.wait(t, func(s string) bool { return strings.HasSuffix(s, "three\n") }, 20*time.Second)
	k.mu.Lock()
	defer k.mu.Unlock()
	if s != "one\ntwo, late\nthree\n" || len(k.gaps) != 0 {
		t.Errorf("%q, gaps %v", s, k.gaps)
	}
}

// TestFollowerClient is no test: it follows until it is killed, for the one below.
func TestFollowerClient(t *testing.T) {
	args := strings.Fields(os.Getenv("SYNCSCOPE_FOLLOWER"))
	if len(args) == 0 {
		t.Skip("it is started by the test of a killed follower")
	}
	cfg := login.Config{KnownHosts: []string{args[1]}, Identities: []string{args[2]}, Gate: redact.New()}
	to, err := ssh.ParseTarget("root@" + args[0])
	must(t, err)
	c, err := login.Dial(t.Context(), to, cfg)
	must(t, err)
	path, err := command.ParseLogPath(args[3])
	must(t, err)
	if args[4] == "sudo" {
		r, err := shell.Open(c).Stream(t.Context(), command.Follower(path, command.NewNonce(), command.Pace{Tick: time.Second, Silence: 5 * time.Second}, command.Place{}).WithSudo())
		must(t, err)
		_, _ = r.Read(make([]byte, 1))
		fmt.Println("up")
		select {}
	}
	log, err := follow.OpenLog(t.Context(), shell.Open(c), path)
	must(t, err)
	log.Timing = quick
	k := newKept()
	go func() { <-k.alive; fmt.Println("up") }()
	must(t, log.Follow(t.Context(), k))
}

// A follower ends soon after we were killed with no chance to say so, under
// sudo too.
func TestAFollowerEndsWhenWeAreKilled(t *testing.T) {
	h := startWatchedHost(t)
	for _, how := range []string{"plain", "sudo"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(logDir(t), "messages")
			appendTo(t, file, "a line\n")
			cmd := exec.Command(os.Args[0], "-test.run=^TestFollowerClient$", "-test.v")
			cmd.Env = append(os.Environ(), fmt.Sprintf("SYNCSCOPE_FOLLOWER=%s %s %s %s %s", h.addr, h.known, h.key, file, how))
			out, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			defer cmd.Wait()
			defer cmd.Process.Kill()
			var said []byte
			for buf := make([]byte, 256); !bytes.Contains(said, []byte("up\n")); {
				n, err := out.Read(buf)
				said = append(said, buf[:n]...)
				if err != nil {
					t.Fatalf("it does not follow: %s", said)
				}
			}
			began := time.Now()
			running := func() (pids []int) {
				for _, pid := range of(file) {
					if pid != cmd.Process.Pid {
						pids = append(pids, pid)
					}
				}
				return pids
			}
			for end := time.Now().Add(10 * time.Second); len(running()) < 2 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			}
			if n := len(running()); n < 2 {
				t.Fatalf("%d processes: the test looks at the wrong ones", n)
			}
			must(t, cmd.Process.Kill())
			for len(running()) > 0 {
				if time.Since(began) > 60*time.Second {
					t.Fatalf("left after a minute: %v", running())
				}
				time.Sleep(50 * time.Millisecond)
			}
			t.Logf("gone after %v", time.Since(began).Round(10*time.Millisecond))
		})
	}
}
