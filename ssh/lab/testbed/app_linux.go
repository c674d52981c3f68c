package testbed

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// Answer is what the SSM's application does with a sign-in.
type Answer int32

// The answers.
const (
	Grants      Answer = iota
	NoGrant            // 403: no such grant
	BadPassword        // 401
	NoRoute            // 404: this release has no such route
	Maintenance        // 503
	NoDatabase         // 500: PostgreSQL refuses
	Slow               // answers after 4 s
	Stalls             // answers too late
	Crashes            // closes the connection instead
)

// App is the SSM's application behind nginx. It counts sign-ins in Redis first.
type App struct {
	on     *space
	answer atomic.Int32
	server *http.Server
}

// Answers sets what it does from now on.
func (a *App) Answers(with Answer) { a.answer.Store(int32(with)) }

const appTag, redisTag = "73173a24f8f3", "2ad63085b4bb"

// counts begins Redis, on a small disk of its own.
func (s *appliance) counts() (err error) {
	if err = s.sh("mkdir -p /run/redis && mount -t tmpfs -o size=2m tmpfs /run/redis"); err != nil {
		return err
	}
	s.redis, err = s.run(s.redisReady, "redis-server", "--port", "6379", "--bind", "127.0.0.1", "--dir", "/run/redis", "--save", "3600 1", "--daemonize", "no")
	return err
}

func (s *appliance) redisReady() bool {
	_, err := ask(s.space, "PING")
	return err == nil
}

func (a *App) begin() error {
	l, err := a.on.listen("tcp", "172.18.0.5:3000")
	if err != nil {
		return err
	}
	a.server = &http.Server{Handler: a, ReadHeaderTimeout: 10 * time.Second}
	go func(s *http.Server) { _ = s.Serve(l) }(a.server) // it ends with close
	return nil
}

func (a *App) close() {
	if a.server != nil {
		_ = a.server.Close() // nothing is kept
	}
}

// ServeHTTP answers, and logs as Rails does.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if r.URL.Path != "/oauth/token" {
		controller, action := "AccountsController", "search"
		if strings.Contains(r.URL.Path, "/licenses") {
			controller, action = "LicensesController", "index"
		}
		a.request(r, controller, action, 200, "", began)
		reply(w, 200, map[string]any{"status": "COMPLETE", "accounts": []string{"lab.example.com"}})
		return
	}
	token := func(status int, wrong string) {
		a.request(r, "Doorkeeper::OauthTokensController", "create", status, wrong, began)
	}
	if _, err := ask(a.on, "INCR", "sign-ins"); err != nil {
		class, text := "Redis::CommandError", err.Error()
		if errors.Is(err, syscall.ECONNREFUSED) { // redis-rb 4.8's own words
			class, text = "Redis::CannotConnectError", "Error connecting to Redis on 127.0.0.1:6379 (Errno::ECONNREFUSED)"
		}
		token(500, class+": "+text)
		a.trace(class+" ("+text+"):", "redis (4.8.0) lib/redis/client.rb:162:in `call'")
		reply(w, 500, map[string]any{"status": 500, "error": "Internal Server Error"})
		return
	}
	if r.URL.Query().Get("username") == "monitor" {
		token(401, "")
		reply(w, 401, map[string]any{"error": "invalid_client"})
		return
	}
	switch Answer(a.answer.Load()) {
	case Grants, Slow:
		wait := 80 * time.Millisecond
		if Answer(a.answer.Load()) == Slow {
			wait = 4 * time.Second
		}
		time.Sleep(wait)
		token(200, "")
		reply(w, 200, map[string]any{"access_token": "t0k3n", "token_type": "Bearer", "expires_in": 3600})
	case NoGrant:
		token(403, "")
		reply(w, 403, map[string]any{"error": "invalid_client", "error_message": "Grant not found. Ensure that the given grant details are correct."})
	case BadPassword:
		token(401, "")
		reply(w, 401, map[string]any{"error": "invalid_grant", "error_description": "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."})
	case NoRoute:
		a.log(appTag, `method=POST path=/oauth/token format=json controller=ApplicationController action=not_found status=404 error='ActionController::RoutingError: No route matches [POST] "/oauth/token"' duration=1.02 view=0.00 db=0.00`)
		a.trace(`ActionController::RoutingError (No route matches [POST] "/oauth/token"):`)
		reply(w, 404, map[string]any{"status": 404, "error": "Not Found"})
	case Maintenance:
		token(503, "")
		reply(w, 503, map[string]any{"error": "service_unavailable", "error_message": "The system is undergoing scheduled maintenance. Please try again later."})
	case NoDatabase:
		c, err := a.on.dial(r.Context(), "tcp", "127.0.0.1:5432")
		if err == nil {
			_ = c.Close() // nobody listens there in a testbed
		}
		token(500, `PG::ConnectionBad: connection to server at "127.0.0.1", port 5432 failed: Connection refused`)
		a.trace(`PG::ConnectionBad (connection to server at "127.0.0.1", port 5432 failed: Connection refused`, "\tIs the server running on that host and accepting TCP/IP connections?", "):")
		reply(w, 500, map[string]any{"status": 500, "error": "Internal Server Error"})
	case Stalls:
		select {
		case <-r.Context().Done():
		case <-time.After(30 * time.Second):
		}
	case Crashes:
		panic(http.ErrAbortHandler)
	}
}

func reply(w http.ResponseWriter, status int, doc map[string]any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(doc) // who asked may be gone
}

// request logs a request as lograge does.
func (a *App) request(r *http.Request, controller, action string, status int, wrong string, began time.Time) {
	if wrong != "" {
		wrong = " error='" + wrong + "'"
	}
	a.log(appTag, fmt.Sprintf("method=%s path=%s format=json controller=%s action=%s status=%d%s duration=%.2f view=1.40 db=0.00",
		r.Method, r.URL.Path, controller, action, status, wrong, float64(time.Since(began).Microseconds())/1000))
}

func (a *App) trace(lines ...string) {
	for _, line := range append(append([]string{"  "}, lines...), "  ") {
		a.log(appTag, line)
	}
}

// log gives a line to the host's syslog.
func (a *App) log(tag, text string) {
	c, err := net.Dial("unixgram", a.on.at("/run/log.sock"))
	if err != nil {
		return // a full or stopped log is one of the faults
	}
	defer c.Close()
	_, _ = fmt.Fprintf(c, "<14>%s %s: %s", time.Now().UTC().Format(time.Stamp), tag, text)
}

// ask sends a command to Redis.
func ask(on *space, words ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	c, err := on.dial(ctx, "tcp", "127.0.0.1:6379")
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second)) // a read tells
	fmt.Fprintf(c, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(c, "$%d\r\n%s\r\n", len(w), w)
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	line = strings.TrimSpace(line)
	if text, wrong := strings.CutPrefix(line, "-"); wrong && err == nil {
		return "", errors.New(text)
	}
	return line, err
}

// Says writes a line to the SSM's log.
func (tb *Testbed) Says(text string) { tb.ssm.app.log("test", text) }
