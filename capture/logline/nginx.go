package logline

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"

	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// nginxError reads
//
//	2023/07/13 11:17:01 [error] 47#47: *1576 connect() failed (111: Connection refused)
//	while connecting to upstream, client: IP, server: S, request: "…", upstream: "…", host: "…"
//
// with the quotes that a web copy may have lost.
func (p *programs) nginxError(msg []byte, e *Entry) bool {
	if !nginxErrorLine(msg) {
		return false
	}
	t, err := time.Parse("2006/01/02 15:04:05", string(msg[:19]))
	if err != nil {
		return false
	}
	e.Form, e.Role = NginxError, redact.Literal("nginx")
	e.Written = Stamp{Text: p.text(msg[11:19]), Time: t, Dated: true}
	level, rest, ok := bytes.Cut(msg[21:], []byte("] "))
	if !ok {
		e.Cut = true
		return true
	}
	e.Severity = nginxSeverity(level)
	e.Message = p.text(rest)
	if i := bytes.Index(rest, []byte(": *")); i >= 0 {
		n, tail, _ := bytes.Cut(rest[i+3:], []byte(" "))
		e.Conn, _ = strconv.ParseUint(string(n), 10, 64)
		rest = tail
		e.Message = p.text(tail)
	} else if _, tail, ok := bytes.Cut(rest, []byte("#")); ok && bytes.IndexByte(tail, ' ') > 0 {
		rest = tail[bytes.IndexByte(tail, ' ')+1:] // no connection: behind "8#8: "
	}
	p.nginxFields(rest, e)
	if e.Topic = nginxTopic(level, ownWords(rest), e.Errno); e.Topic == TopicFront {
		e.Value = frontLoad
		if string(level) == "emerg" {
			e.Value = frontStart
		}
	}
	return true
}

func nginxErrorLine(msg []byte) bool {
	return len(msg) >= 22 && msg[4] == '/' && msg[7] == '/' && msg[20] == '[' && digits(msg[:4])
}

// ownWords are what nginx itself says: behind them it quotes the request.
func ownWords(b []byte) []byte {
	own, _, _ := bytes.Cut(b, []byte(", client: "))
	return own
}

// nginxStart is what nginx says before it has a log: "nginx: [emerg] text". nil:
// it is no such line.
func nginxStart(name, msg []byte) []byte {
	rest, ok := bytes.CutPrefix(msg, []byte("nginx: ["))
	if !ok && bytes.Equal(name, []byte("nginx")) {
		rest, ok = bytes.CutPrefix(msg, []byte("["))
	}
	level, text, ok2 := bytes.Cut(rest, []byte("] "))
	if !ok || !ok2 || nginxSeverity(level) != Critical {
		return nil
	}
	return text
}

func nginxSeverity(level []byte) Severity {
	switch string(level) {
	case "error":
		return Error
	case "crit", "alert", "emerg":
		return Critical
	case "warn":
		return Warn
	case "notice":
		return Notice
	}
	return Info
}

// nginxTopic tells an error line's topic by its level and by nginx's own words.
func nginxTopic(level, own []byte, errno int) Topic {
	has := func(words string) bool { return bytes.Contains(own, []byte(words)) }
	switch {
	case string(level) == "emerg":
		return TopicFront
	case has("temporarily disabled"):
		return TopicUpstreamOff
	case has("no live upstreams"):
		return TopicNoUpstream
	case has("upstream"):
		return TopicUpstreamFailed
	case errno == noFiles, bytes.HasPrefix(bytes.TrimLeft(own, "0123456789"), []byte(" worker_connections are not enough")):
		return TopicFront
	case errno == noSpace, has("limiting requests"), has("limiting connections"):
		return TopicHealth
	case has("SSL"), has("plain HTTP request to HTTPS port"):
		return TopicTLS
	}
	return TopicNone
}

// The errors of the system that are about the host itself.
const (
	noFiles = 24 // EMFILE: too many open files
	noSpace = 28 // ENOSPC: no space left on device
)

// errnoIn is the number in "failed (111: Connection refused)", 0 without one.
func errnoIn(own []byte) int {
	i := bytes.LastIndex(own, []byte("failed ("))
	if i < 0 {
		return 0
	}
	num, _, ended := bytes.Cut(own[i+len("failed ("):], []byte(":"))
	if n, ok := number(num); ok && ended {
		return n
	}
	return 0
}

func (p *programs) nginxFields(b []byte, e *Entry) {
	own := ownWords(b)
	e.ErrorText, e.Errno = p.wrote(words.ErrorText, own), errnoIn(own)
	p.own[words.Message] = own // the rest is about the request

	if who := labelled(b, "client: "); !bytes.HasSuffix(b, who) { // else its end is cut off
		e.Client, _ = netip.ParseAddr(string(undouble(who)))
	}
	p.requestLine(labelled(b, "request: "), e)
	up := labelled(b, "upstream: ")
	up = bytes.TrimPrefix(bytes.TrimPrefix(up, []byte("https://")), []byte("http://"))
	up = up[:ends(up, "/")]
	e.Upstream = p.text(up)
	e.UpstreamIP, _ = netip.ParseAddrPort(string(up))
	e.Peer = p.text(labelled(b, "host: "))
	e.Cut = e.Cut || e.Severity < Critical && !bytes.Contains(b, []byte("client: ")) // what nginx says of itself names none
}

// labelled is the value behind a label, without quotes. A quoted one ends at
// its quote, another at the next comma.
func labelled(b []byte, label string) []byte {
	i := bytes.Index(b, []byte(label))
	if i < 0 {
		return nil
	}
	v := b[i+len(label):]
	if len(v) > 0 && v[0] == '"' {
		v = v[1:]
		return v[:ends(v, "\"")]
	}
	if i := bytes.Index(v, []byte(", ")); i >= 0 {
		return v[:i]
	}
	return bytes.TrimRight(v, ",")
}

// requestLine reads `POST /backend/oauth/token?… HTTP/1.1`.
func (p *programs) requestLine(b []byte, e *Entry) {
	method, rest, ok := bytes.Cut(b, []byte(" "))
	if !ok {
		return
	}
	e.Method = p.text(method)
	p.request(rest, e)
}

// nginxAccessLine reports whether a line begins with an address, and a stamp in
// brackets.
func nginxAccessLine(msg []byte) bool {
	if len(msg) < 40 || msg[0] > '9' && msg[0] != ':' && msg[0]|0x20-'a' > 5 {
		return false
	}
	who, rest, ok := bytes.Cut(msg[:min(len(msg), 160)], []byte(" "))
	if !ok || !bytes.ContainsAny(who, ".:") {
		return false
	}
	open := bytes.Index(rest, []byte(" ["))
	if open < 0 || open > 64 || len(rest) < open+22 || rest[open+4] != '/' || rest[open+8] != '/' || rest[open+13] != ':' {
		return false
	}
	_, err := netip.ParseAddr(string(undouble(who)))
	return err == nil
}

// nginxAccess reads the combined form with one more field:
//
//	IP - user [13/Jan/2023:11:17:01 +0000] "POST /x HTTP/1.1" 403 121 "referrer" "agent" "-"
func (p *programs) nginxAccess(msg []byte, e *Entry) bool {
	who, rest, ok := bytes.Cut(msg, []byte(" "))
	if !ok {
		return false
	}
	addr, err := netip.ParseAddr(string(undouble(who)))
	open := bytes.Index(rest, []byte(" ["))
	if err != nil || open < 0 || open > 64 {
		return false
	}
	rest = rest[open+2:]
	stamp, rest, ok := bytes.Cut(rest, []byte("] "))
	if !ok {
		return false
	}
	e.Form, e.Role, e.Topic, e.Client = NginxAccess, redact.Literal("nginx"), TopicRequest, addr
	e.Written = p.accessStamp(stamp)
	rest = bytes.TrimPrefix(rest, []byte("\""))
	e.Message = p.text(rest)
	end := bytes.Index(rest, []byte("\" "))
	if end < 0 {
		e.Cut = true
		p.requestLine(rest, e)
		return true
	}
	p.requestLine(rest[:end], e)
	f := bytes.Fields(rest[end+2:])
	if len(f) >= 2 {
		e.Status, _ = number(f[0])
		e.Cut = e.Cut || len(f) == 2
	}
	if len(f) > 2 { // else the size may go on
		size, _ := number(f[1])
		e.Size = int64(size)
	}
	if q := bytes.Split(rest[end+2:], []byte("\"")); len(q) >= 4 {
		e.Agent = p.text(q[len(q)-4])
	}
	e.Severity = byStatus(e.Status)
	return true
}
