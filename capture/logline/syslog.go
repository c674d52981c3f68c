package logline

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"

	"syncscope/capture/redact"
)

// syslog reads "Jan 13 11:14:46 host tag: message" and, by its content, what
// the container behind the tag is: its id changes with every re-creation.
func (p *Parser) syslog(e *Entry) bool {
	st, at := p.syslogStamp(p.b)
	if at == 0 {
		return false
	}
	rest := bytes.TrimLeft(p.b[at:], " ")
	sp := bytes.IndexByte(rest, ' ')
	if sp < 0 {
		return false
	}
	e.Form, e.Stamp, e.Severity = Syslog, st, Info
	e.Host = p.text(rest[:sp])
	rest = rest[sp+1:]
	tag, msg, ok := bytes.Cut(rest, []byte(": "))
	if !ok || len(tag) > 64 {
		e.Message, e.Cut = p.excerpt(rest), !ok
		return true
	}
	e.Program = p.text(tag)
	e.Message = p.excerpt(msg)
	name := tag[:ends(tag, "[")]
	e.Role = p.text(name)
	p.content(name, msg, e)
	return true
}

func (p *Parser) content(name, msg []byte, e *Entry) {
	switch {
	case bytes.EqualFold(name, []byte("chronyd")):
		e.Form, e.Role, e.Topic = Chronyd, redact.Literal("chronyd"), clockTopic(msg)
	case bytes.Equal(name, []byte("kernel")):
		e.Form, e.Role = Kernel, redact.Literal("kernel")
		if bytes.Contains(msg, []byte("Out of memory")) || bytes.Contains(msg, []byte("oom-kill")) {
			e.Severity, e.Topic = Critical, TopicHealth
		}
	case p.nginxError(msg, e), p.nginxAccess(msg, e), p.lograge(msg, e), p.redis(msg, e):
	case railsLine(msg):
		e.Form, e.Role = RailsOther, redact.Literal("rails")
		p.railsTopic(msg, e)
	case postgres(msg):
		e.Form, e.Role = Postgres, redact.Literal("postgres")
		p.postgresFields(msg, e)
	}
	if e.Topic == TopicNone && bytes.Contains(msg, []byte("No space left on device")) {
		e.Severity, e.Topic = Error, TopicHealth
	}
}

// postgresFields reads "2024-03-18 07:24:03.505 UTC [24287] FATAL:  text".
func (p *Parser) postgresFields(msg []byte, e *Entry) {
	for _, level := range []string{"FATAL:  ", "PANIC:  ", "ERROR:  ", "LOG:  "} {
		_, text, ok := bytes.Cut(msg, []byte(level))
		if !ok {
			continue
		}
		e.ErrorText = p.excerpt(text)
		switch {
		case level != "LOG:  ":
			e.Severity, e.Topic = Error, TopicHealth
		case bytes.HasPrefix(text, []byte("database system is shut")), bytes.HasPrefix(text, []byte("server process")), bytes.HasPrefix(text, []byte("received ")):
			e.Severity, e.Topic = Warn, TopicHealth
		}
		return
	}
}

func clockTopic(msg []byte) Topic {
	if bytes.Contains(msg, []byte("replaced with")) || bytes.Contains(msg, []byte("Selected source")) {
		return TopicClockSource
	}
	return TopicNone
}

func railsLine(msg []byte) bool {
	for _, w := range []string{"[active_model_serializers]", "Redis#exists(", "[INFO] Session", "ActionController::", "ActiveRecord::", "Doorkeeper::", "Redis::", "PG::", "Errno::"} {
		if bytes.Contains(msg, []byte(w)) {
			return true
		}
	}
	return false
}

func (p *Parser) railsTopic(msg []byte, e *Entry) {
	switch {
	case bytes.Contains(msg, []byte("Redis#exists(")):
		e.Topic = TopicDeprecation
	case bytes.Contains(msg, []byte("Session expiring")):
		e.Topic = TopicSession
	case bytes.Contains(msg, []byte("Error")) || bytes.Contains(msg, []byte("Exception")), rubyClass(untagged(msg)) > 0:
		e.Severity, e.Topic = Error, TopicHealth
		p.rubyException(msg, e)
	}
}

// rubyException reads "PG::ConnectionBad (text):" and "PG::ConnectionBad: text".
func (p *Parser) rubyException(b []byte, e *Entry) {
	b = untagged(b)
	n := rubyClass(b)
	if n == 0 {
		return
	}
	e.Exception = p.text(b[:n])
	e.ErrorText = p.excerpt(bytes.TrimLeft(b[n:], " (:"))
}

// untagged drops the request ids that Rails puts before a line: "[4f1c…] text".
func untagged(b []byte) []byte {
	for len(b) > 0 && b[0] == '[' {
		i := bytes.Index(b, []byte("] "))
		if i < 0 {
			return b
		}
		b = b[i+2:]
	}
	return b
}

// rubyClass is the length of a class name like Redis::CommandError or
// Errno::ENOSPC that b begins with, 0 if it does not.
func rubyClass(b []byte) int {
	n := 0
	for n < len(b) && (isWord(b[n]) || b[n] == ':') {
		n++
	}
	name := bytes.TrimRight(b[:n], ":")
	if i := bytes.Index(name, []byte("::")); i <= 0 || name[0] < 'A' || name[0] > 'Z' {
		return 0
	}
	return len(name)
}

func postgres(msg []byte) bool {
	for _, w := range []string{" LOG:  ", " FATAL:  ", " PANIC:  ", " ERROR:  ", "database system is"} {
		if bytes.Contains(msg, []byte(w)) {
			return true
		}
	}
	return false
}

// redis reads "1:M 07 Dec 2023 22:21:32.971 * text": pid, role (M master, C
// child, S replica, X sentinel), stamp, level.
func (p *Parser) redis(msg []byte, e *Entry) bool {
	pid, rest, ok := bytes.Cut(msg, []byte(":"))
	if _, num := number(pid); !ok || !num || len(rest) < 4 || rest[1] != ' ' || bytes.IndexByte([]byte("MCSX"), rest[0]) < 0 {
		return false
	}
	e.Form, e.Role = Redis, redact.Literal("redis")
	f := bytes.SplitN(rest[2:], []byte(" "), 6)
	if len(f) < 6 {
		e.Cut = true
		return true
	}
	if t, err := time.Parse("02 Jan 2006 15:04:05.000", string(bytes.Join(f[:4], []byte(" ")))); err == nil {
		e.Written = Stamp{Text: p.text(f[3]), Time: t, Dated: true}
	}
	if bytes.Equal(f[4], []byte("#")) {
		e.Severity, e.Topic = Warn, TopicHealth
		e.ErrorText = p.excerpt(f[5])
	}
	e.Message = p.excerpt(f[5])
	for _, w := range []string{"Saving...", "Background saving", "DB saved on disk", "RDB:", "CoW"} {
		if e.Severity < Warn && bytes.Contains(f[5], []byte(w)) {
			e.Topic = TopicSaving
		}
	}
	return true
}

// lograge reads "method=POST path=/oauth/token … status=403 duration=17.67 …".
func (p *Parser) lograge(msg []byte, e *Entry) bool {
	i := bytes.Index(msg, []byte("method="))
	if i < 0 || i > 64 || !bytes.Contains(msg[i:], []byte(" path=")) {
		return false
	}
	e.Form, e.Role, e.Topic = Rails, redact.Literal("rails"), TopicRequest
	e.Method, e.Path = p.text(pair(msg, "method=")), p.text(pair(msg, "path="))
	e.Class = p.text(pair(msg, "controller="))
	e.Status, _ = number(pair(msg, "status="))
	if ms, err := strconv.ParseFloat(string(pair(msg, "duration=")), 64); err == nil {
		e.Took = time.Duration(ms * float64(time.Millisecond))
	}
	e.Client, _ = netip.ParseAddr(string(undouble(pair(msg, "client_ip="))))
	if e.Status == 0 {
		e.Cut = true
	}
	if _, err, ok := bytes.Cut(msg, []byte(" error='")); ok {
		p.rubyException(err, e)
	}
	e.Severity = byStatus(e.Status)
	return true
}

// pair is the value of key in "key=value key=value".
func pair(b []byte, key string) []byte {
	i := keyAt(b, key)
	if i < 0 {
		return nil
	}
	return b[i : i+ends(b[i:], " ")]
}

func byStatus(status int) Severity {
	if status >= 400 {
		return Error
	}
	return Info
}
