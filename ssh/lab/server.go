package lab

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Host is one simulated machine, for whoever logs in.
type Host struct {
	Name           string
	Addr           string // 127.0.0.1:port
	User, Password string
	Key            gossh.PublicKey
}

// host is a machine's inside.
type host struct {
	Host
	lab      *Lab
	banner   string
	rootOnly bool // its logs are root's
	files    map[string]*file
	rotated  []string         // files of an older log, newest first
	now      func() time.Time // its clock, in its zone
	cli      bool             // a network command line instead of a Linux shell
	listener net.Listener
	config   *gossh.ServerConfig
	wg       sync.WaitGroup
	mu       sync.Mutex
	conns    map[net.Conn]bool
	closed   bool
}

var errDenied = errors.New("denied")

// listen starts the server on a free port of the loopback.
func (h *host) listen(key gossh.Signer, authorized gossh.PublicKey) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h.listener, h.Addr, h.Key = l, l.Addr().String(), key.PublicKey()
	h.conns = map[net.Conn]bool{}
	h.config = &gossh.ServerConfig{
		PasswordCallback: func(c gossh.ConnMetadata, p []byte) (*gossh.Permissions, error) {
			if c.User() == h.User && subtle.ConstantTimeCompare(p, []byte(h.Password)) == 1 {
				return nil, nil
			}
			return nil, errDenied
		},
		PublicKeyCallback: func(c gossh.ConnMetadata, k gossh.PublicKey) (*gossh.Permissions, error) {
			if authorized != nil && c.User() == h.User && string(k.Marshal()) == string(authorized.Marshal()) {
				return nil, nil
			}
			return nil, errDenied
		},
		BannerCallback: func(gossh.ConnMetadata) string { return h.banner },
	}
	h.config.AddHostKey(key)
	h.wg.Add(1)
	go h.accept()
	return nil
}

func (h *host) accept() {
	defer h.wg.Done()
	for {
		c, err := h.listener.Accept()
		if err != nil {
			return
		}
		h.mu.Lock()
		if h.closed { // close has been through conns already
			h.mu.Unlock()
			_ = c.Close()
			return
		}
		h.conns[c] = true
		h.wg.Add(1)
		h.mu.Unlock()
		go h.serve(c)
	}
}

func (h *host) close() {
	_ = h.listener.Close()
	h.mu.Lock()
	h.closed = true
	for c := range h.conns {
		_ = c.Close()
	}
	h.mu.Unlock()
	h.wg.Wait()
}

func (h *host) serve(c net.Conn) {
	defer h.wg.Done()
	defer func() {
		_ = c.Close()
		h.mu.Lock()
		delete(h.conns, c)
		h.mu.Unlock()
	}()
	_ = c.SetDeadline(time.Now().Add(2 * time.Minute)) // LoginGraceTime
	conn, chans, reqs, err := gossh.NewServerConn(c, h.config)
	if err != nil {
		return
	}
	_ = c.SetDeadline(time.Time{})
	go gossh.DiscardRequests(reqs)
	ctx, cancel := context.WithCancel(h.lab.ctx)
	defer cancel()
	var sessions sync.WaitGroup
	defer sessions.Wait()
	defer cancel()
	for nc := range chans {
		if nc.ChannelType() != "session" {
			_ = nc.Reject(gossh.UnknownChannelType, "sessions only")
			continue
		}
		ch, reqs, err := nc.Accept()
		if err != nil {
			break
		}
		sessions.Add(1)
		go func() {
			defer sessions.Done()
			h.session(ctx, conn, ch, reqs)
		}()
	}
}

// session serves one channel: a shell or one command.
func (h *host) session(ctx context.Context, conn *gossh.ServerConn, ch gossh.Channel, reqs <-chan *gossh.Request) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = ch.Close() })
	defer stop()
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	begun := false
	for req := range reqs {
		ok := false
		var start func() int
		switch req.Type {
		case "pty-req", "env", "window-change":
			ok = true
		case "signal":
			cancel()
		case "shell":
			start = func() int { return h.interactive(ctx, conn, ch) }
		case "exec":
			var cmd struct{ Line string }
			if gossh.Unmarshal(req.Payload, &cmd) == nil && !h.cli && !h.lab.opts.Manner.Console {
				start = func() int { return h.exec(ctx, ch, cmd.Line) }
			}
		}
		if start != nil && !begun {
			begun = true
			if req.WantReply { // before the command can end and close the channel
				_ = req.Reply(true, nil)
			}
			running.Add(1)
			go func() {
				defer running.Done()
				status := start()
				_, _ = ch.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{uint32(status)}))
				_ = ch.Close()
			}()
			continue
		}
		if req.WantReply {
			_ = req.Reply(ok, nil)
		}
	}
}

func (h *host) exec(ctx context.Context, ch gossh.Channel, line string) int {
	s := &shell{host: h}
	hear := h.ear()
	if hear != nil {
		hear([]byte(line + "\n"))
	}
	s.run(ctx, line, stdio{heard{ch, hear}, ch, ch.Stderr()})
	return s.status
}

func (h *host) interactive(ctx context.Context, conn *gossh.ServerConn, ch gossh.Channel) int {
	ctx, end := context.WithCancel(ctx)
	defer end()
	t := newTerminal(ctx, struct {
		io.Reader
		io.Writer
	}{heard{ch, h.ear()}, ch})
	if h.cli {
		return newCLI(h, t, end).serve(conn.RemoteAddr())
	}
	if h.lab.opts.Manner.Console {
		return console(h, t)
	}
	return serveShell(h, t, "["+h.User+"@"+h.Name+" ~]$ ")
}

// serveShell runs an interactive shell until exit.
func serveShell(h *host, t *terminal, prompt string) int {
	s := &shell{host: h, echo: t.setEcho, onlcr: t.setCRLF}
	for {
		_, _ = io.WriteString(t, prompt)
		line, ok := t.readLine()
		if !ok || line == "exit" {
			return s.status
		}
		ctx, done := t.command()
		if len(line) > 4 && line[:4] == "PS1=" || containsPS1(line) {
			prompt = ""
		}
		s.run(ctx, line, stdio{&typing{ctx: ctx, t: t}, t, t})
		done()
	}
}
