package ssh_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/ssh"
	"syncscope/ssh/follow"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// road is a way to a host that can be cut in every manner; what is dialled
// after a cut gets through.
type road struct {
	net.Listener
	to   string
	mu   sync.Mutex
	cars []*car
}

type car struct {
	a, b  *net.TCPConn
	black atomic.Bool // bytes vanish
}

func newRoad(t testing.TB, to string) *road {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &road{Listener: l, to: to}
	t.Cleanup(func() { r.Close(); r.cut("RST") })
	go r.serve(l)
	return r
}

// open opens it again after Close.
func (r *road) open(t testing.TB) {
	l, err := net.Listen("tcp", r.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	r.Listener = l
	go r.serve(l)
}

func (r *road) serve(l net.Listener) {
	for {
		a, err := l.Accept()
		if err != nil {
			return
		}
		b, err := net.Dial("tcp", r.to)
		if err != nil {
			a.Close()
			continue
		}
		c := &car{a: a.(*net.TCPConn), b: b.(*net.TCPConn)}
		r.mu.Lock()
		r.cars = append(r.cars, c)
		r.mu.Unlock()
		go c.carry(c.a, c.b)
		go c.carry(c.b, c.a)
	}
}

func (c *car) carry(from, to *net.TCPConn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if c.black.Load() {
			if err != nil {
				return
			}
			continue
		}
		if n > 0 {
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

// cut ends what goes over the road: with a RST, a FIN, or so that neither side
// hears anything more.
func (r *road) cut(how string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.cars {
		switch how {
		case "black hole":
			c.black.Store(true)
			time.AfterFunc(4*time.Second, func() { c.a.Close(); c.b.Close() })
			continue
		case "RST":
			_ = c.a.SetLinger(0)
			_ = c.b.SetLinger(0)
		}
		_ = c.a.Close()
		_ = c.b.Close()
	}
	if how != "black hole" {
		r.cars = nil
	}
}

// writer writes 2,000 lines a second, every seventh torn, and rotates its file.
type writer struct {
	path string
	line sync.Mutex // a line goes to one file
	mu   sync.Mutex
	f    *os.File
	n    int
}

func (w *writer) open() *os.File {
	f, err := os.OpenFile(w.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	return f
}

func (w *writer) write(ctx context.Context) {
	t := time.NewTicker(5 * time.Millisecond)
	defer t.Stop()
	for ctx.Err() == nil {
		<-t.C
		for range 10 {
			s := fmt.Sprintf("%s host app[1]: seq=%08d %s.\n", time.Now().Format(time.StampMicro), w.n, strings.Repeat("x", rand.IntN(60)))
			cut := len(s)
			if w.n%7 == 0 {
				cut = rand.IntN(len(s))
			}
			w.line.Lock()
			w.put(s[:cut])
			if cut < len(s) {
				time.Sleep(500 * time.Microsecond)
				w.put(s[cut:])
			}
			w.n++
			w.line.Unlock()
		}
	}
}

func (w *writer) put(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.f.WriteString(s); err != nil {
		panic(err)
	}
}

// rotate shifts the numbered files and renames, or copies and truncates. What is
// written between copying and truncating is lost by that itself: nothing is.
func (w *writer) rotate(copied bool) {
	_ = os.Remove(w.path + ".12")
	for i := 11; i >= 1; i-- {
		_ = os.Rename(fmt.Sprintf("%s.%d", w.path, i), fmt.Sprintf("%s.%d", w.path, i+1))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if copied {
		b, err := os.ReadFile(w.path)
		if err == nil {
			err = os.WriteFile(w.path+".1", b, 0o644)
		}
		if err == nil {
			err = os.Truncate(w.path, 0)
		}
		if err != nil {
			panic(err)
		}
		return
	}
	if err := os.Rename(w.path, w.path+".1"); err != nil {
		panic(err)
	}
	go func() { // as syslog does: it is told later
		f := w.open()
		time.Sleep(120 * time.Millisecond)
		w.line.Lock()
		defer w.line.Unlock()
		w.f.Close()
		w.f = f
	}()
}

// tally counts lines by their numbers.
type tally struct {
	mu                    sync.Mutex
	next, missing, double int
	broken                []string
	gaps                  []follow.Gap
	alive                 atomic.Bool
}

func (k *tally) Lines(b []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, line := range bytes.SplitAfter(b, []byte("\n")) {
		if len(line) > 0 {
			k.line(string(line))
		}
	}
	return nil
}

func (k *tally) line(s string) {
	i := strings.Index(s, "seq=")
	if i < 0 || len(s) < i+13 || !strings.HasSuffix(s, ".\n") {
		k.broken = append(k.broken, s)
		return
	}
	n, err := strconv.Atoi(s[i+4 : i+12])
	switch {
	case err != nil:
		k.broken = append(k.broken, s)
	case n < k.next:
		k.double++
	default:
		k.missing += n - k.next
		k.next = n + 1
	}
}

func (k *tally) Gap(g follow.Gap) { k.mu.Lock(); k.gaps = append(k.gaps, g); k.mu.Unlock() }
func (*tally) Full(bool)          {}
func (k *tally) Alive()           { k.alive.Store(true) }
func (k *tally) seen() int        { k.mu.Lock(); defer k.mu.Unlock(); return k.next }

// fakeCLI is a Manager's command line over a real bash.
const fakeCLI = `#!/bin/bash
printf 'Welcome to Viptela CLI\n'
while printf 'vmanage# '; IFS= read -r line; do
case $line in vshell) PS1='vmanage:~$ ' bash --norc --noprofile -i;; exit) exit;; esac
done
`

// followForEver follows over every cut, until ctx ends.
func followForEver(t *testing.T, ctx context.Context, srv *rig, file string, pty bool, k follow.Sink) (conns int) {
	var log *follow.Log
	for ctx.Err() == nil {
		c, err := login.Dial(ctx, srv.target(t), srv.cfg)
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		conns++
		err = func() error {
			defer c.Close()
			sh := shell.Open(c)
			if pty {
				cli, err := shell.Manager(ctx, c)
				if err != nil {
					return err
				}
				if sh, err = cli.Shell(ctx); err != nil {
					return err
				}
			}
			if log == nil {
				log = srv.open(t, sh, file)
			}
			log.On(sh)
			return log.Follow(ctx, k)
		}()
		var lost *ssh.LostError
		if ctx.Err() == nil && !errors.As(err, &lost) { // a black hole in the middle of a prompt
			t.Logf("following ended: %v", err)
		}
	}
	return conns
}

// followNaively is tail -F with reconnecting.
func followNaively(t *testing.T, ctx context.Context, srv *rig, file string, k *tally) {
	key, err := os.ReadFile(srv.cfg.Identities[0])
	must(t, err)
	signer, err := gossh.ParsePrivateKey(key)
	must(t, err)
	for ctx.Err() == nil {
		c, err := gossh.Dial("tcp", srv.addr, &gossh.ClientConfig{User: srv.user, Auth: []gossh.AuthMethod{gossh.PublicKeys(signer)}, HostKeyCallback: func(string, net.Addr, gossh.PublicKey) error { return nil }})
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		stop := context.AfterFunc(ctx, func() { c.Close() })
		if s, err := c.NewSession(); err == nil {
			out, _ := s.StdoutPipe()
			if s.Start("tail -n 50 -F "+file) == nil {
				b, _ := io.ReadAll(out)
				for _, line := range strings.SplitAfter(string(b), "\n") {
					k.mu.Lock()
					k.line(line)
					k.mu.Unlock()
				}
			}
		}
		stop()
		c.Close()
	}
}

// 2,000 lines a second with torn writes; the way is cut in three manners and
// the file rotated in two: no line is lost or doubled, on an exec channel and in
// a shell behind a command line. tail -F with reconnecting shows what it is like
// otherwise.
func TestChaos(t *testing.T) {
	for _, pty := range []bool{false, true} {
		t.Run(map[bool]string{false: "exec", true: "vshell"}[pty], func(t *testing.T) {
			t.Parallel()
			chaos(t, pty, long(10, 100), long(3, 30))
		})
	}
}

func chaos(t *testing.T, pty bool, cuts, rotations int) {
	more := ""
	if pty {
		script := filepath.Join(t.TempDir(), "cli")
		must(t, os.WriteFile(script, []byte(fakeCLI), 0o755))
		more = "ForceCommand " + script
	}
	srv := startRig(t, more)
	road := newRoad(t, srv.addr)
	far := srv.through(t, road.Addr().String())
	w := &writer{path: filepath.Join(logDir(t), "messages")}
	w.f = w.open()
	ours, naive := &tally{}, &tally{}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	conns := 0
	wg.Go(func() { conns = followForEver(t, ctx, far, w.path, pty, ours) })
	if !pty {
		wg.Go(func() { followNaively(t, ctx, far, w.path, naive) })
	}
	for end := time.Now().Add(20 * time.Second); !ours.alive.Load() && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond) // the first connection stands on an empty file
	}
	writing, stop := context.WithCancel(ctx)
	written := make(chan struct{})
	go func() { defer close(written); w.write(writing) }()
	hows := []string{"RST", "FIN", "RST", "FIN", "black hole"}
	kinds := map[bool]int{} // rotations by renaming (false) and by copying and truncating
	rotate := func(copied bool) { w.rotate(copied); kinds[copied]++ }
	for i := range cuts {
		if i%4 != 3 { // mostly while lines come, else while a login or a resumption is under way
			from := ours.seen()
			for end := time.Now().Add(15 * time.Second); ours.seen() == from && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
		}
		time.Sleep(time.Duration(50+rand.IntN(700)) * time.Millisecond)
		for range 2 { // both kinds, as often as asked for
			if done := i * 2 * rotations / cuts; done < (i+1)*2*rotations/cuts {
				rotate(kinds[true]+rand.IntN(2) <= kinds[false])
				time.Sleep(200 * time.Millisecond)
			}
			if 2*rotations <= cuts {
				break
			}
		}
		road.cut(hows[i%len(hows)])
		if i%8 == 7 { // so long that it rotates more than once meanwhile
			rotate(false)
			time.Sleep(300 * time.Millisecond)
			rotate(true)
		}
	}
	stop()
	<-written
	for end := time.Now().Add(30 * time.Second); ours.seen() < w.n && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	wg.Wait()
	t.Logf("%d cuts, %d rotations by renaming, %d by copying", cuts, kinds[false], kinds[true])
	t.Logf("%d lines over %d connections: %d missing, %d doubled, %d broken, %d gaps", w.n, conns, ours.missing+w.n-ours.next, ours.double, len(ours.broken), len(ours.gaps))
	if ours.next != w.n || ours.missing+ours.double+len(ours.broken)+len(ours.gaps) != 0 {
		t.Errorf("broken %q, gaps %v", ours.broken, ours.gaps)
	}
	if !pty {
		t.Logf("tail -F with reconnecting: %d missing, %d doubled", naive.missing+w.n-naive.next, naive.double)
		if naive.missing == 0 {
			t.Error("tail -F lost nothing: there was no chaos")
		}
	}
}

// What is really gone is told as a gap, with from and to, and the log goes on.
func TestAFileThatIsGoneIsAGap(t *testing.T) {
	srv := startRig(t, "")
	road := newRoad(t, srv.addr)
	far := srv.through(t, road.Addr().String())
	file := filepath.Join(logDir(t), "messages")
	appendTo(t, file, "before\n")
	k := newKept()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { followForEver(t, ctx, far, file, false, k) })
	<-k.alive
	appendTo(t, file, "one\n")
	k.wait(t, func(s string) bool { return s == "one\n" }, 10*time.Second)
	road.Close() // nothing gets through from here on
	road.cut("RST")
	must(t, os.Remove(file))
	appendTo(t, file, "another file\nthat has nothing of it\n")
	road.open(t)
	s := k.wait(t, func(s string) bool { return strings.HasSuffix(s, "nothing of it\n") }, 20*time.Second)
	if s != "one\nanother file\nthat has nothing of it\n" {
		t.Errorf("%q", s)
	}
	if len(k.gaps) != 1 || k.gaps[0].Until.Before(k.gaps[0].Since) || !strings.Contains(k.gaps[0].Why.String(), "gone") {
		t.Errorf("gaps %v", k.gaps)
	}
}
