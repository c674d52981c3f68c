package login

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"syncscope/capture/redact"
)

// proxyConn is a ProxyCommand's standard input and output as a connection.
type proxyConn struct {
	out  io.Reader
	in   io.WriteCloser
	cmd  *exec.Cmd
	gate *redact.Session
	errs *lastBytes
	once sync.Once
}

// startProxy runs the user's own command, as ssh does. It is killed, with what
// it started, when the connection is closed.
func startProxy(line string, gate *redact.Session) (net.Conn, error) {
	cmd := exec.Command("/bin/sh", "-c", "exec "+line)
	if shell := os.Getenv("SHELL"); shell != "" {
		cmd.Path, cmd.Args[0] = shell, shell
	}
	if runtime.GOOS == "windows" {
		cmd = exec.Command("cmd.exe", "/c", line)
	}
	ownGroup(cmd)
	c := &proxyConn{cmd: cmd, gate: gate, errs: &lastBytes{}}
	cmd.Stderr, cmd.WaitDelay = c.errs, time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("ProxyCommand: %w", err)
	}
	c.out, c.in = out, in
	return c, nil
}

func (c *proxyConn) Read(b []byte) (int, error) {
	n, err := c.out.Read(b)
	if err != nil && n == 0 {
		return 0, c.ended(err)
	}
	return n, err
}

func (c *proxyConn) Write(b []byte) (int, error) {
	n, err := c.in.Write(b)
	if err != nil {
		return n, c.ended(err)
	}
	return n, nil
}

// ended tells what the command said at its end. It closed its input or output:
// then it is about to end.
func (c *proxyConn) ended(err error) error {
	c.end(time.Second)
	if said := c.errs.last(); said != "" {
		return fmt.Errorf("the ProxyCommand ended: %s", said)
	}
	return fmt.Errorf("the ProxyCommand ended: %w", err)
}

// Close kills the command and waits for it.
func (c *proxyConn) Close() error {
	c.end(0)
	return nil
}

// end waits for the command, and kills it after the grace.
func (c *proxyConn) end(grace time.Duration) {
	c.once.Do(func() {
		_ = c.in.Close() // it may have ended
		if grace == 0 {
			killGroup(c.cmd)
		} else {
			kill := time.AfterFunc(grace, func() { killGroup(c.cmd) })
			defer kill.Stop()
		}
		_ = c.cmd.Wait() // killed is no failure
	})
}

func (c *proxyConn) LocalAddr() net.Addr              { return noAddr }
func (c *proxyConn) RemoteAddr() net.Addr             { return noAddr }
func (c *proxyConn) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (c *proxyConn) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (c *proxyConn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

// lastBytes keeps the end of what is written to it.
type lastBytes struct {
	mu sync.Mutex
	b  []byte
}

func (l *lastBytes) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b = append(l.b, b...)
	if over := len(l.b) - maxError; over > 0 {
		l.b = append(l.b[:0], l.b[over:]...)
	}
	return len(b), nil
}

// last is the last line.
func (l *lastBytes) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := bytes.TrimSpace(l.b)
	return string(t[bytes.LastIndexByte(t, '\n')+1:])
}
