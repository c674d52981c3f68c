package logline

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// syslog reads what stands in an envelope and, by its content, whose words it is:
// a container's id changes with every re-creation. Without an envelope, the content
// alone tells.
func (p *Parser) syslog(env *envelope, e *Entry) bool {
	if !env.is {
		return false
	}
	b := env.line
	e.Form, e.Stamp, e.Severity = Syslog, p.stampOf(env), Info
	e.Host, e.Program = p.text(env.host), p.text(env.tag)
	e.Message, e.Cut = p.text(b[env.at:]), env.torn
	if env.torn {
		return true
	}
	name := env.tag[:ends(env.tag, "[")]
	e.Role = p.text(name)
	p.content(name, b[env.at:], e)
	return true
}

// content tells whose words a message is.
func (p *programs) content(name, msg []byte, e *Entry) {
	switch {
	case bytes.EqualFold(name, []byte("chronyd")):
		e.Form, e.Role, e.Topic = Chronyd, redact.Literal("chronyd"), clockTopic(msg)
	case lostLines(name, msg):
		e.Topic = TopicLost
	case bytes.Equal(name, []byte("kernel")):
		e.Form, e.Role = Kernel, redact.Literal("kernel")
		p.tells(kernelSays(msg), e)
	case postgresLine(msg):
		e.Form, e.Role = Postgres, redact.Literal("postgres")
		p.postgresFields(msg, e)
	case p.nginxError(msg, e), p.nginxAccess(msg, e), p.lograge(msg, e), p.redis(msg, e):
	case nginxStart(name, msg) != nil:
		own := nginxStart(name, msg)
		e.Form, e.Role, e.Errno = NginxError, redact.Literal("nginx"), errnoIn(own)
		p.tells(saying{TopicFront, Critical, own, frontStart}, e)
	case railsLine(msg):
		e.Form, e.Role = RailsOther, redact.Literal("rails")
		p.railsTopic(msg, e)
	case postgres(msg):
		e.Form, e.Role = Postgres, redact.Literal("postgres")
		p.postgresFields(msg, e)
	default:
		p.tells(hostSays(name, msg), e)
	}
	if e.Topic == TopicNone && e.Form != Postgres && !quotesOthers(name) {
		p.tells(shortOf(name, msg), e)
	}
}

// tells takes what a program says is wrong, if it does.
func (p *programs) tells(s saying, e *Entry) {
	if s.topic == TopicNone {
		return
	}
	e.Topic, e.Severity, e.ErrorText, e.Value = s.topic, s.severity, p.wrote(words.ErrorText, s.own), s.value
	p.own[words.Message] = s.own
	if s.topic == TopicFront && s.value.Empty() { // a packet that was caught
		e.Client, _ = netip.ParseAddr(string(pair(s.own, "SRC=")))
		e.Value = p.text(pair(s.own, "DPT="))
	}
	if e.Form == Syslog { // what stands before the words has its own time and would differ each time
		e.Message = e.ErrorText
	}
}

// postgresFields reads "2024-03-18 07:24:03.505 UTC [24287] FATAL:  text". What a client
// sent stands in quotes in the text, and in the lines of the levels behind it.
func (p *programs) postgresFields(msg []byte, e *Entry) {
	level, text := postgresLevel(msg)
	switch own := unquoted(text); {
	case level == "":
	case !level.own():
		e.ErrorText = p.text(text)
	case level != "LOG":
		e.Severity, e.Topic, e.ErrorText = Error, TopicHealth, p.text(text)
		p.own[words.ErrorText], p.own[words.Message] = own, own
	case bytes.HasPrefix(text, []byte("database system is ready to accept connections")):
		e.Topic, e.ErrorText = TopicReady, p.text(text)
	case bytes.HasPrefix(text, []byte("database system is shut")), bytes.HasPrefix(text, []byte("server process")), bytes.HasPrefix(text, []byte("received ")):
		e.Severity, e.Topic, e.ErrorText = Warn, TopicHealth, p.text(text)
		p.own[words.ErrorText], p.own[words.Message] = own, own
	default:
		e.ErrorText = p.text(text)
		p.tells(shortOf(nil, text), e)
	}
}

// pgLevel is what stands in front of a text of PostgreSQL's.
type pgLevel string

// pgLevels are those that tell of what it does itself, and behind them those of a line
// that quotes what a client sent.
var pgLevels = []pgLevel{"LOG", "FATAL", "PANIC", "ERROR", "DETAIL", "STATEMENT", "HINT", "QUERY", "CONTEXT"}

// own reports whether the text is about what PostgreSQL does itself.
func (l pgLevel) own() bool { return slices.Index(pgLevels, l) < slices.Index(pgLevels, "DETAIL") }

// postgresLevel is the level that comes first in a line, and the text behind it: the
// text may hold the name of another.
func postgresLevel(msg []byte) (level pgLevel, text []byte) {
	for _, l := range pgLevels {
		mark := []byte(l + ":  ")
		i := bytes.Index(msg, mark)
		if i < 0 || i > 0 && msg[i-1] != ' ' || level != "" && len(msg)-i-len(mark) < len(text) {
			continue
		}
		level, text = l, msg[i+len(mark):]
	}
	return level, text
}

// losing are the words by which rsyslog and journald tell that lines are missing, by
// the daemon's name.
var losing = map[string][]string{
	"rsyslogd":         {"due to rate-limiting", "messages lost", "imuxsock lost ", " exiting on signal "},
	"journal":          {"Suppressed ", "Missed ", "Forwarding to syslog missed "},
	"systemd-journald": {"Suppressed ", "Missed ", "Forwarding to syslog missed "},
}

// lostLines reports whether a log daemon says that lines of others are missing.
func lostLines(name, msg []byte) bool {
	return slices.ContainsFunc(losing[string(name)], func(w string) bool { return bytes.Contains(msg, []byte(w)) })
}

func clockTopic(msg []byte) Topic {
	if bytes.Contains(msg, []byte("replaced with")) || bytes.Contains(msg, []byte("Selected source")) {
		return TopicClockSource
	}
	return TopicNone
}

// bare reports whether a message tells by its form whose it is, whatever stands
// in front of it.
func bare(msg []byte) bool {
	return nginxErrorLine(msg) || nginxAccessLine(msg) || logrageLine(msg) || redisLine(msg) || postgresLine(msg) || railsLogger(msg)
}

// postgresLine reports whether PostgreSQL's own stamp stands in front of a level.
func postgresLine(msg []byte) bool {
	return len(msg) > 24 && msg[4] == '-' && msg[10] == ' ' && msg[13] == ':' && digits(msg[:4]) && postgres(msg[:min(len(msg), 120)])
}

// railsLogger reports whether a line is one of Ruby's logger: "I, [2023-07-13T11:17:01.1 #1]".
func railsLogger(msg []byte) bool {
	return len(msg) > 30 && bytes.IndexByte([]byte("DIWEFA"), msg[0]) >= 0 && msg[1] == ',' && msg[2] == ' ' && msg[3] == '[' && digits(msg[4:8]) && bytes.Contains(msg[:min(len(msg), 80)], []byte(" -- "))
}

func redisLine(msg []byte) bool {
	pid, rest, ok := bytes.Cut(msg[:min(len(msg), 16)], []byte(":"))
	_, num := number(pid)
	return ok && num && len(rest) > 3 && rest[1] == ' ' && bytes.IndexByte([]byte("MCSX"), rest[0]) >= 0 && rest[2]-'0' <= 9
}

func logrageLine(msg []byte) bool {
	return bytes.HasPrefix(msg, []byte("method=")) && bytes.Contains(msg[:min(len(msg), 200)], []byte(" path="))
}

func postgres(msg []byte) bool {
	level, _ := postgresLevel(msg)
	return level != "" || bytes.Contains(msg, []byte("database system is"))
}

// redis reads "1:M 07 Dec 2023 22:21:32.971 * text": pid, role (M master, C
// child, S replica, X sentinel), stamp, level.
func (p *programs) redis(msg []byte, e *Entry) bool {
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
		e.ErrorText = p.wrote(words.ErrorText, f[5])
	}
	e.Message = p.wrote(words.Message, f[5])
	if hasAny(bytes.ToLower(f[5]), "ready to accept connections") {
		e.Topic = TopicReady
	}
	for _, w := range []string{"Saving...", "Background saving", "DB saved on disk", "RDB:", "CoW"} {
		if e.Severity < Warn && bytes.Contains(f[5], []byte(w)) {
			e.Topic = TopicSaving
		}
	}
	return true
}

// lograge reads "method=POST path=/oauth/token … status=403 duration=17.67 …".
func (p *programs) lograge(msg []byte, e *Entry) bool {
	i := bytes.Index(msg, []byte("method="))
	if i < 0 || i > 64 || !bytes.Contains(msg[i:], []byte(" path=")) {
		return false
	}
	e.Form, e.Role, e.Topic = Rails, redact.Literal("rails"), TopicRequest
	e.Method, e.Path = p.text(pair(msg, "method=")), p.text(pair(msg, "path="))
	e.Class = p.text(pair(msg, "controller="))
	e.Status, _ = number(ended(msg, "status="))
	if ms, err := strconv.ParseFloat(string(ended(msg, "duration=")), 64); err == nil {
		e.Took = time.Duration(ms * float64(time.Millisecond))
	}
	e.Client, _ = netip.ParseAddr(string(undouble(pair(msg, "client_ip="))))
	if e.Status == 0 {
		e.Cut = true
	}
	if _, err, ok := bytes.Cut(msg, []byte(" error='")); ok {
		text, ended := quotedValue(err)
		p.rubyException(text, ended, e)
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

// ended is a value behind which more follows; nil: the line ends in it, and what is left
// of it may be another.
func ended(b []byte, key string) []byte {
	if v := pair(b, key); len(v) > 0 && keyAt(b, key)+len(v) < len(b) {
		return v
	}
	return nil
}

func byStatus(status int) Severity {
	if status >= 400 {
		return Error
	}
	return Info
}
