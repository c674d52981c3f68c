package logline

import (
	"bytes"

	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// Parser reads the lines of one log. It is not safe for concurrent use.
type Parser struct {
	b     []byte      // the line being read, without what stands in front of the Manager's
	full  redact.Text // the same, safe
	last  Entry       // the Manager line that continuations belong to
	page  bool        // that line's message is a page of HTML that goes on
	relay []byte      // the host by whose syslog the Manager's lines came
	programs
}

// NewParser makes a parser for one log.
func NewParser(gate *redact.Session) *Parser {
	return NewParserOn(gate, gate.Stream())
}

// NewParserOn makes a parser for a log that is part of a stream: what its lines
// leave open is the stream's, whoever reads the next one.
func NewParserOn(gate *redact.Session, stream *redact.Stream) *Parser {
	return &Parser{programs: programs{written{gate: gate, stream: stream}}}
}

// Line reads the log's next line into e. clean: it is known to hold no secret
// but values seen elsewhere.
func (p *Parser) Line(r redact.Raw, clean bool, e *Entry) {
	p.b = bytes.TrimRight(r.Bytes(), "\r\n")
	if clean {
		p.full = p.stream.Known(redact.Wrap(p.b))
	} else {
		p.full = p.stream.Line(redact.Wrap(p.b))
	}
	*e = Entry{Full: p.full, Length: len(p.b)}
	p.own = [words.Fields][]byte{}
	if p.manager(e) {
		p.last = *e
	} else {
		p.other(e)
	}
	if e.Topic != TopicNone || e.Form == ManagerMore {
		e.Words = p.found()
	}
}

// other reads a line that does not begin as the Manager's do: it may have something
// in front of it, or be another's.
func (p *Parser) other(e *Entry) {
	env := unwrap(p.b)
	switch words := bytes.TrimPrefix(p.b[env.at:], syslogTab); {
	case env.manager:
		p.relayed(&env, e)
		p.last, p.relay = *e, append(p.relay[:0], env.host...)
	case env.at > 0 && p.last.Form == Manager && (Goes(redact.Wrap(words)) || p.page && !bare(words)): // its trace or page, in the same envelope
		p.b = words
		p.continuation(e)
	case len(p.relay) > 0 && bytes.Equal(env.host, p.relay): // the Manager's host, not the SSM's
		e.Message = e.Full
	case p.syslog(&env, e), p.continuation(e), p.shown(e):
	default:
		e.Message = e.Full
	}
}

// syslogTab is what syslog writes in place of a tab.
var syslogTab = []byte("#011")

// rest is the line from at on, with its secrets masked.
func (p *Parser) rest(at int) redact.Text {
	if at >= len(p.b) {
		return redact.Text{}
	}
	return p.text(p.b[at:])
}

// continuation: a stack trace's line, and one of the page that a web server
// answered with, belong to the Manager line before them.
func (p *Parser) continuation(e *Entry) bool {
	t := bytes.TrimLeft(p.b, " \t")
	switch {
	case p.last.Form != Manager: // a log that was split inside a stack trace: whose it is, the part before tells
		if !Continues(redact.Wrap(p.b)) {
			return false
		}
		e.Form, e.Severity = ManagerMore, Error
		p.more(t, e)
		return true
	case !traceLine(t) && !(p.page && len(t) > 0):
		return false
	}
	if maker := pageMaker(t); p.page && !maker.Empty() {
		e.Topic, e.Value = TopicPage, maker
	}
	p.page = p.page && !PageEnds(t)
	e.Form, e.Severity = ManagerMore, p.last.Severity
	e.Stamp, e.Host, e.Class, e.Thread = p.last.Stamp, p.last.Host, p.last.Class, p.last.Thread
	e.Tenant, e.Area, e.ThreadCut = p.last.Tenant, p.last.Area, p.last.ThreadCut
	p.more(t, e)
	return true
}

// more reads what a line says that goes on with another.
func (p *Parser) more(t []byte, e *Entry) {
	e.Message = p.wrote(words.Message, t)
	if cause, ok := bytes.CutPrefix(t, []byte("Caused by: ")); ok {
		e.Exception, e.ErrorText = p.wrote(words.Exception, exceptionIn(cause)), p.wrote(words.ErrorText, cause)
	}
	for _, f := range frames {
		if bytes.HasPrefix(t, []byte("at ")) && bytes.Contains(t, []byte(f.method)) {
			e.Topic, e.Value = TopicPhase, f.phase
		}
	}
}

func traceLine(t []byte) bool {
	for _, w := range []string{"at ", "Caused by: ", "... ", "Suppressed: "} {
		if bytes.HasPrefix(t, []byte(w)) {
			return true
		}
	}
	return false
}

// frames tell by a method of the JDK or of Apache HttpClient what the Manager
// was doing when the exception struck.
var frames = []struct {
	method string
	phase  redact.Text
}{
	{".startHandshake(", redact.Literal("tls handshake")}, {".lookupAllHostAddr(", redact.Literal("name lookup")},
	{".timedFinishConnect(", redact.Literal("connecting")}, {"Net.pollConnect", redact.Literal("connecting")}, {".socketConnect(", redact.Literal("connecting")},
	{".sendRequestEntity(", redact.Literal("sending")}, {".receiveResponseHeader(", redact.Literal("waiting for the answer")},
}

// exceptionIn finds a fully qualified Java class that ends in Exception or Error.
func exceptionIn(b []byte) []byte {
	for len(b) > 0 {
		i := 0
		for i < len(b) && (isWord(b[i]) || b[i] == '.' || b[i] == '$') {
			i++
		}
		w := bytes.Trim(b[:i], ".")
		if bytes.Count(w, []byte(".")) >= 2 && (bytes.HasSuffix(w, []byte("Exception")) || bytes.HasSuffix(w, []byte("Error"))) {
			return w
		}
		b = b[min(i+1, len(b)):]
	}
	return nil
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
