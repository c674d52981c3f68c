package ssh_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/shell"
)

// of lists the processes in whose arguments a word stands.
func of(word string) (pids []int) {
	dirs, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, d := range dirs {
		if b, err := os.ReadFile(d); err == nil && bytes.Contains(b, []byte(word)) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(d))); err == nil && pid != os.Getpid() {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// However a follower loses us, it ends by itself and leaves nothing: at once
// where the network says so, else after its time of silence.
func TestAFollowerLeavesNothing(t *testing.T) {
	srv := startRig(t, "")
	for _, how := range []string{"RST", "FIN", "black hole", "close"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			for range long(1, 20) {
				road := newRoad(t, srv.addr)
				file := filepath.Join(logDir(t), "messages")
				appendTo(t, file, "a line\n")
				c := srv.through(t, road.Addr().String()).dial(t)
				log := srv.open(t, shell.Open(c), file)
				k := newKept()
				ctx, cancel := context.WithCancel(t.Context())
				var wg sync.WaitGroup
				wg.Go(func() { log.Follow(ctx, k) })
				appendTo(t, file, "seen\n")
				k.wait(t, func(s string) bool { return s == "seen\n" }, 10*time.Second)
				if n := len(of(file)); n < 2 {
					t.Fatalf("%d processes: the test looks at the wrong ones", n)
				}
				switch how {
				case "close":
					cancel()
				case "black hole": // for good
					road.mu.Lock()
					for _, car := range road.cars {
						car.black.Store(true)
					}
					road.mu.Unlock()
				default:
					road.cut(how)
				}
				for end := time.Now().Add(60 * time.Second); len(of(file)) > 0; time.Sleep(50 * time.Millisecond) {
					if time.Now().After(end) {
						t.Fatalf("left after a minute: %v", of(file))
					}
				}
				cancel()
				wg.Wait()
				c.Close()
			}
		})
	}
}

// bare is a server's configuration with neither bash nor timeout.
func bare(t testing.TB) string {
	bin := t.TempDir()
	for _, p := range []string{"stat", "tail", "head", "test", "ls"} {
		must(t, os.Symlink("/usr/bin/"+p, filepath.Join(bin, p)))
	}
	script := filepath.Join(t.TempDir(), "bare")
	must(t, os.WriteFile(script, []byte("#!/bin/sh\nPATH="+bin+"\neval \"$SSH_ORIGINAL_COMMAND\"\n"), 0o755))
	return "ForceCommand " + script
}

// Where there is neither bash nor timeout, the log is pulled, by the same rules.
func TestPulled(t *testing.T) {
	srv := startRig(t, bare(t))
	file := filepath.Join(logDir(t), "messages")
	appendTo(t, file, "old\n")
	log := srv.open(t, shell.Open(srv.dial(t)), file)
	k := newKept()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		if err := log.Follow(ctx, k); ctx.Err() == nil {
			t.Errorf("it ended: %v", err)
		}
	})
	appendTo(t, file, "one\n")
	k.wait(t, func(s string) bool { return s == "one\n" }, 10*time.Second)
	appendTo(t, file, "in F.2\n")
	must(t, os.Rename(file, file+".2"))
	appendTo(t, file+".1", "in F.1\n")
	appendTo(t, file, "two\n")
	k.wait(t, func(s string) bool { return s == "one\nin F.2\nin F.1\ntwo\n" }, 10*time.Second)
	must(t, os.Truncate(file, 0)) // nobody copied it
	appendTo(t, file, "n\n")      // shorter than before: grown back within a look it could not be seen
	k.wait(t, func(s string) bool { return strings.HasSuffix(s, "two\nn\n") }, 10*time.Second)
	if len(k.gaps) != 1 {
		t.Errorf("gaps %v", k.gaps)
	}
}

// Megabytes through one connection while a second log stays live, in flat memory.
func TestALongReadHoldsNothingBack(t *testing.T) {
	srv := startRig(t, "")
	dir := logDir(t)
	big, small := filepath.Join(dir, "big"), filepath.Join(dir, "small")
	mb := int64(long(200, 5000))
	appendTo(t, big, "first\n")
	appendTo(t, small, "first\n")
	c := srv.dial(t)
	count, k := &summed{}, newKept()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	one, two := srv.open(t, shell.Open(c), big), srv.open(t, shell.Open(c), small)
	one.Timing, two.Timing = follow.DefaultTiming, follow.DefaultTiming
	wg.Go(func() { one.Follow(ctx, count) })
	wg.Go(func() { two.Follow(ctx, k) })
	<-k.alive
	appendTo(t, big, "begun\n")
	for end := time.Now().Add(20 * time.Second); count.n() == 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	begun := count.n()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f, err := os.OpenFile(big, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	defer f.Close()
	block := bytes.Repeat([]byte(strings.Repeat("y", 99)+"\n"), 10_000)
	var peak uint64
	for i := range mb {
		_, err := f.Write(block)
		must(t, err)
		if i%50 == 0 {
			line := fmt.Sprintf("live %d\n", i)
			appendTo(t, small, line)
			k.wait(t, func(s string) bool { return strings.HasSuffix(s, line) }, 20*time.Second)
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapInuse)
		}
		if i%500 == 499 { // the disk is not the test
			for end := time.Now().Add(time.Minute); count.n()-begun < (i+1)*1_000_000 && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
			must(t, f.Truncate(0))
			appendTo(t, big, "")
			time.Sleep(2 * time.Second)
		}
	}
	for end := time.Now().Add(time.Minute); count.n()-begun < mb*1_000_000 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("%d MB came; heap %d MB before, %d MB at most", count.n()/1_000_000, before.HeapInuse>>20, peak>>20)
	if got := count.n() - begun; got != mb*1_000_000 {
		t.Errorf("%d bytes of %d", got, mb*1_000_000)
	}
	if peak > before.HeapInuse+64<<20 {
		t.Errorf("the heap grew to %d MB", peak>>20)
	}
}

type summed struct {
	mu  sync.Mutex
	sum int64
}

func (c *summed) n() int64 { c.mu.Lock(); defer c.mu.Unlock(); return c.sum }
func (c *summed) Lines(b []byte) error {
	c.mu.Lock()
	c.sum += int64(len(b))
	c.mu.Unlock()
	return nil
}
func (*summed) Gap(follow.Gap) {}
func (*summed) Full(bool)      {}
func (*summed) Alive()         {}

// BenchmarkFollowLatency is from a line's writing to its arrival, through sshd;
// and what the remote side costs meanwhile, in percent of a core. Where tail has
// no inotify (NFS, overlay) it looks every 0.2 s; where no follower can run, we
// look every second.
func BenchmarkFollowLatency(b *testing.B) {
	b.Run("inotify", func(b *testing.B) { followLatency(b, logDir(b), "", 300, 20*time.Millisecond) })
	b.Run("overlay", func(b *testing.B) { followLatency(b, overlaid(b), "", 300, 200*time.Millisecond) })
	b.Run("pull", func(b *testing.B) { followLatency(b, logDir(b), bare(b), 150, time.Second) })
}

// overlaid is a folder on a file system that tail takes no inotify for.
func overlaid(b *testing.B) string {
	dir := logDir(b)
	layers := b.TempDir()
	for _, name := range []string{"lower", "upper", "work"} {
		must(b, os.Mkdir(filepath.Join(layers, name), 0o755))
	}
	opts := fmt.Sprintf("lowerdir=%[1]s/lower,upperdir=%[1]s/upper,workdir=%[1]s/work", layers)
	if out, err := exec.Command("mount", "-t", "overlay", "-o", opts, "overlay", dir).CombinedOutput(); err != nil {
		b.Skipf("no overlay can be mounted here: %s", out)
	}
	b.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	return dir
}

// followLatency writes lines a while apart that is random up to apart, so that
// they fall anywhere between two looks.
func followLatency(b *testing.B, dir, more string, lines int, apart time.Duration) {
	srv := startRig(b, more)
	file := filepath.Join(dir, "messages")
	w, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	must(b, err)
	defer w.Close()
	fmt.Fprintln(w, "first")
	log := srv.open(b, shell.Open(srv.dial(b)), file)
	log.Timing = follow.DefaultTiming
	came := arrivals(make(chan struct{}, 1000))
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { log.Follow(ctx, came) })
	time.Sleep(3 * time.Second)
	began, cpu := time.Now(), ticks(of(file))
	for b.Loop() {
		var took []time.Duration
		for range lines {
			start := time.Now()
			fmt.Fprintln(w, "a line of a log")
			<-came
			took = append(took, time.Since(start))
			time.Sleep(rand.N(apart))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[lines/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[lines*99/100].Microseconds())/1000, "p99-ms")
	}
	if more != "" { // each look is a process of its own there, and gone when it is counted
		b.ReportMetric(commandMillis(b, shell.Open(srv.dial(b)), file), "command-ms")
		return
	}
	busy := float64(ticks(of(file))-cpu) / time.Since(began).Seconds()
	quiet := time.Now()
	cpu = ticks(of(file))
	time.Sleep(20 * time.Second)
	b.ReportMetric(busy, "remote-%core-busy")
	b.ReportMetric(float64(ticks(of(file))-cpu)/time.Since(quiet).Seconds(), "remote-%core-quiet")
}

// commandMillis is what any one command takes there.
func commandMillis(b *testing.B, sh shell.Shell, file string) float64 {
	path, err := command.ParseLogPath(file)
	must(b, err)
	var took []time.Duration
	for range 20 {
		start := time.Now()
		_, err := sh.Run(b.Context(), command.LogSize(path))
		must(b, err)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return float64(took[10].Microseconds()) / 1000
}

type arrivals chan struct{}

func (a arrivals) Lines(b []byte) error {
	for range bytes.Count(b, []byte("\n")) {
		a <- struct{}{}
	}
	return nil
}
func (arrivals) Gap(follow.Gap) {}
func (arrivals) Full(bool)      {}
func (arrivals) Alive()         {}

// ticks is the processor time of processes and their children, in hundredths of
// a second.
func ticks(pids []int) (sum int) {
	for _, pid := range pids {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		words := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		for _, w := range words[11:15] {
			n, _ := strconv.Atoi(w)
			sum += n
		}
	}
	return sum
}
