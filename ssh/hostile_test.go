package ssh_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// evil is what a terminal must never get: a title, a cleared screen, an answer
// to a query, C1 controls, a turned line.
const evil = "\x1b]0;owned\x07\x1b[2J\x1b[6n\u009b31m\u202egnp.exe\r\n\x00"

// harmless: of the foreign text no control reaches a person.
func harmless(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u202e' {
			t.Errorf("%s holds %U: %.200q", what, r, text)
			return
		}
	}
}

// hostile serves each connection with f, and counts what got out.
func hostile(t *testing.T, f func(net.Conn)) (ssh.Target, *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var sent atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.(*net.TCPConn).SetWriteBuffer(64 << 10)
			go func() {
				defer c.Close()
				f(counted{c, &sent})
			}()
		}
	}()
	return ssh.Target{User: "admin", Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}, &sent
}

type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.n.Add(int64(n))
	return n, err
}

// forever writes b until nobody takes it.
func forever(c net.Conn, b []byte, pause time.Duration) {
	for {
		if _, err := c.Write(b); err != nil {
			return
		}
		time.Sleep(pause)
	}
}

// packet is an SSH packet before any key (RFC 4253 section 6).
func packet(payload []byte) []byte {
	pad := 8 - (5+len(payload))%8
	if pad < 4 {
		pad += 8
	}
	out := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+pad))
	out = append(out, byte(pad))
	return append(append(out, payload...), make([]byte, pad)...)
}

// kexInit offers names in every list.
func kexInit(names string) []byte {
	out := append([]byte{20}, make([]byte, 16)...)
	for range 10 {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(names))), names...)
	}
	return packet(append(out, 0, 0, 0, 0, 0))
}

const greeting = "SSH-2.0-hostile\r\n"

// bounds of a login with a host that means harm; the time has slack for a
// loaded machine, the bytes for what sockets hold.
const (
	loginBound = 20 * time.Second
	bytesBound = 1<<20 + 8<<20
)

func TestHostileServers(t *testing.T) {
	junk := make([]byte, 32<<10)
	_, _ = rand.Read(junk)
	for name, serve := range map[string]func(net.Conn){
		"silence":              func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"endless banner lines": func(c net.Conn) { forever(c, []byte(strings.Repeat("welcome "+evil, 100)), 0) },
		"one endless line":     func(c net.Conn) { forever(c, []byte(strings.Repeat("a", 4096)), 0) },
		"a letter at a time":   func(c net.Conn) { forever(c, []byte("a\n"), 50*time.Millisecond) },
		"junk":                 func(c net.Conn) { forever(c, junk, 0) },
		"junk after a greeting": func(c net.Conn) {
			_, _ = io.WriteString(c, greeting)
			forever(c, junk, 0)
		},
		"a slow key exchange": func(c net.Conn) {
			_, _ = io.WriteString(c, greeting)
			for _, b := range kexInit("curve25519-sha256") {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(200 * time.Millisecond)
			}
		},
		"endless ignored packets": func(c net.Conn) {
			_, _ = io.WriteString(c, greeting)
			_, _ = c.Write(kexInit("curve25519-sha256,ssh-ed25519,aes128-ctr,hmac-sha2-256,none"))
			forever(c, packet(append([]byte{2, 0, 0, 4, 0}, make([]byte, 1024)...)), 0)
		},
		"escapes in algorithms": func(c net.Conn) {
			_, _ = io.WriteString(c, greeting)
			_, _ = c.Write(kexInit(strings.Repeat(evil+",", 500)))
			_, _ = io.Copy(io.Discard, c)
		},
		"escapes in a farewell": func(c net.Conn) {
			_, _ = io.WriteString(c, greeting)
			bye := append([]byte{1, 0, 0, 0, 2}, binary.BigEndian.AppendUint32(nil, uint32(len(evil)*1000))...)
			bye = append(bye, strings.Repeat(evil, 1000)...)
			_, _ = c.Write(packet(append(bye, 0, 0, 0, 0)))
			_, _ = io.Copy(io.Discard, c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to, sent := hostile(t, serve)
			cfg := login.Config{Gate: redact.New(), Prompter: &person{}, LoginTimeout: 2 * time.Second}
			if name == "silence" {
				cfg.LoginTimeout = 0 // that of every login
			}
			start := time.Now()
			_, err := login.Dial(t.Context(), to, cfg)
			took := time.Since(start)
			if err == nil {
				t.Fatal("logged in")
			}
			harmless(t, "the error", err.Error())
			if len(err.Error()) > 2048 || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if took > loginBound || sent.Load() > bytesBound {
				t.Errorf("%v, %d bytes", took, sent.Load())
			}
			t.Logf("%.1f s, %d bytes sent: %.120s", took.Seconds(), sent.Load(), err)
		})
	}
}

// sshServer speaks SSH in earnest, with the callbacks of a hostile one.
func sshServer(t *testing.T, config *gossh.ServerConfig) (ssh.Target, login.Config, *atomic.Int64) {
	t.Helper()
	return sshServing(t, config, func(c net.Conn) { _, _, _, _ = gossh.NewServerConn(c, config) })
}

func sshServing(t *testing.T, config *gossh.ServerConfig, serve func(net.Conn)) (ssh.Target, login.Config, *atomic.Int64) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	config.AddHostKey(key)
	to, sent := hostile(t, serve)
	p := t.TempDir() + "/known"
	write(t, p, knownhosts.Line([]string{knownhosts.Normalize(to.Addr())}, key.PublicKey())+"\n")
	return to, login.Config{KnownHosts: []string{p}, Gate: redact.New()}, sent
}

// patient answers everything, and keeps what it was asked.
type patient struct{ asked []ssh.Question }

func (p *patient) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	p.asked = append(p.asked, q)
	return []byte("x"), nil
}
func (p *patient) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// Huge prompts with escape sequences, asked without end, after a huge banner.
func TestHostileQuestions(t *testing.T) {
	rounds := atomic.Int64{}
	config := &gossh.ServerConfig{
		BannerCallback: func(gossh.ConnMetadata) string { return strings.Repeat(evil+"welcome ", 4000) },
		KeyboardInteractiveCallback: func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			for {
				rounds.Add(1)
				if _, err := ask(evil, strings.Repeat(evil, 400), []string{strings.Repeat("Password"+evil, 200)}, []bool{false}); err != nil {
					return nil, err
				}
			}
		},
	}
	to, cfg, sent := sshServer(t, config)
	p := &patient{}
	cfg.Prompter = p
	start := time.Now()
	_, err := login.Dial(t.Context(), to, cfg)
	if err == nil || time.Since(start) > loginBound || sent.Load() > bytesBound {
		t.Fatalf("%v after %v, %d bytes", err, time.Since(start), sent.Load())
	}
	harmless(t, "the error", err.Error())
	if len(p.asked) == 0 || len(p.asked) > 32 {
		t.Errorf("asked %d times", len(p.asked))
	}
	for _, q := range p.asked {
		if n := len(q.Text.String()); n > 16<<10 {
			t.Errorf("a prompt of %d bytes", n)
		}
		harmless(t, "a prompt", q.Text.String())
	}
	t.Logf("%d rounds: %.120s", rounds.Load(), err)
}

// Answers that are refused without end: it ends with the second.
func TestHostileRefusals(t *testing.T) {
	config := &gossh.ServerConfig{MaxAuthTries: -1, PasswordCallback: func(gossh.ConnMetadata, []byte) (*gossh.Permissions, error) {
		return nil, &gossh.BannerError{Err: errors.New("no"), Message: evil}
	}}
	to, cfg, _ := sshServer(t, config)
	p := &patient{}
	cfg.Prompter = p
	_, err := login.Dial(t.Context(), to, cfg)
	if err == nil || len(p.asked) != 2 {
		t.Errorf("%v after %d questions", err, len(p.asked))
	}
}

// frozen is a connection that can stop to take anything in.
type frozen struct {
	net.Conn
	stop atomic.Bool
	end  <-chan struct{}
}

func (f *frozen) Read(b []byte) (int, error) {
	n, err := f.Conn.Read(b)
	if f.stop.Load() {
		<-f.end
		return 0, io.EOF
	}
	return n, err
}

// hungServer logs everyone in. It hangs at a request of that kind: before it
// answers, or, with after, behind its answer; the connection stays.
func hungServer(t *testing.T, at string, after bool) (ssh.Target, login.Config) {
	t.Helper()
	config := &gossh.ServerConfig{PasswordCallback: func(gossh.ConnMetadata, []byte) (*gossh.Permissions, error) { return nil, nil }}
	to, cfg, _ := sshServing(t, config, func(c net.Conn) {
		f := &frozen{Conn: c, end: t.Context().Done()}
		_, chans, reqs, err := gossh.NewServerConn(f, config)
		if err != nil {
			return
		}
		go gossh.DiscardRequests(reqs)
		for nc := range chans {
			_, asked, err := nc.Accept()
			if err != nil {
				return
			}
			go func() {
				for r := range asked {
					if r.Type != at || after {
						_ = r.Reply(true, nil)
					}
					if r.Type == at {
						f.stop.Store(true)
					}
				}
			}()
		}
	})
	cfg.Prompter = &patient{}
	return to, cfg
}

// A host that is there, but hangs at any request or behind it, keeps nobody
// beyond the caller's own time.
func TestHungHostKeepsNobody(t *testing.T) {
	const patience, slack = 300 * time.Millisecond, 6 * time.Second
	run := func(ctx context.Context, c *login.Client) error {
		_, err := shell.Open(c).Run(ctx, command.Date())
		return err
	}
	stream := func(ctx context.Context, c *login.Client) error {
		r, err := shell.Open(c).Stream(ctx, command.Date())
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		return err
	}
	cli := func(ctx context.Context, c *login.Client) error {
		_, err := shell.Manager(ctx, c)
		return err
	}
	for name, tt := range map[string]struct {
		at    string
		after bool
		use   func(context.Context, *login.Client) error
	}{
		"exec": {"exec", false, run}, "output": {"exec", true, run}, "stream": {"exec", true, stream},
		"terminal": {"pty-req", false, cli}, "shell": {"shell", false, cli}, "prompt": {"shell", true, cli},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to, cfg := hungServer(t, tt.at, tt.after)
			c, err := login.Dial(t.Context(), to, cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- tt.use(ctx, c) }()
			select {
			case err := <-done:
				if err == nil {
					t.Error("it says that all went well")
				}
			case <-time.After(slack):
				t.Errorf("it waits longer than %v", slack)
			}
		})
	}
}
