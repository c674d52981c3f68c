package logline

import (
	"bytes"
	"encoding/json"
	"regexp"

	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// failure reads "POST request uri: PATH . Code: 403 Message: {…}", or the
// exception that stands in the message's place.
func (p *Parser) failure(b []byte, e *Entry) {
	e.Method = p.text(b[:ends(b, " ")])
	i := bytes.Index(b, []byte("uri: "))
	if i < 0 {
		e.Cut = true
		return
	}
	p.request(b[i+len("uri: "):], e)
	if i := bytes.Index(b, []byte("Code: ")); i >= 0 {
		code := b[i+len("Code: "):]
		e.Status, _ = number(code[:ends(code, " .,")])
	}
	i = bytes.Index(b, []byte("Message: "))
	if i < 0 {
		e.Cut = e.Cut || e.Status == 0
		return
	}
	msg := bytes.TrimSpace(b[i+len("Message: "):])
	if oauthError(msg, p.gate, &p.own, e) {
		return
	}
	if e.Status != 0 || isPage(msg) {
		e.Value = pageMaker(msg)
	}
	p.page = isPage(msg) && !PageEnds(msg)
	p.thrown(msg, e)
}

// thrown reads an exception, or a page, that stands where an answer's JSON would.
func (p *Parser) thrown(msg []byte, e *Entry) {
	e.ErrorText = p.wrote(words.ErrorText, msg)
	class := exceptionIn(msg)
	e.Exception = p.wrote(words.Exception, class)
	e.Peer = p.text(target(msg))
	if e.Peer.Empty() && bytes.HasSuffix(class, []byte("UnknownHostException")) {
		e.Peer = p.text(lookedUp(msg))
	}
}

// behindColon is what an exception's line says behind the writer's own words:
// "Failed to parse response: <html>…: java.lang.IllegalStateException: …".
func behindColon(msg []byte) []byte {
	if i := bytes.Index(msg, []byte(": ")); i >= 0 {
		return msg[i+2:]
	}
	return msg
}

// oauthError reads the JSON of an OAuth error (RFC 6749, 5.2); the SSM says
// error_message where the RFC says error_description.
func oauthError(b []byte, gate *redact.Session, own *[words.Fields][]byte, e *Entry) bool {
	var body struct {
		Error       string `json:"error"`
		Message     string `json:"error_message"`
		Description string `json:"error_description"`
	}
	if json.NewDecoder(bytes.NewReader(b)).Decode(&body) != nil {
		return false
	}
	if body.Message == "" {
		body.Message = body.Description
	}
	if body.Error == "" && body.Message == "" {
		return false // no OAuth server's: whose words they are, nothing tells
	}
	if body.Error == "" { // the SSM's form all the same, or an OAuth server's
		e.Value = MakerSSM
	}
	own[words.ErrorCode], own[words.ErrorText] = []byte(body.Error), []byte(body.Message)
	e.ErrorCode, e.ErrorText = gate.Foreign(body.Error), gate.Foreign(body.Message)
	return true
}

// shown reads what the Manager's page shows of a failed sign-in, as people
// quote it:
//
//	Failed to authenticate Smart Account credentials.: Failed to authenticate user - 'admin'. {"error":…}
//	Failed to authenticate Smart Account credentials : Connect to 10.1.1.1:8443 [/10.1.1.1] failed: Connect timed out
//
// or as its API answers a script, with the SSM's JSON as a text in its own.
func (p *Parser) shown(e *Entry) bool {
	_, rest, ok := bytes.Cut(p.b, shownWords)
	if !ok {
		return p.notice(e)
	}
	for range maxEscapes {
		if !bytes.Contains(rest, []byte(`\"`)) {
			break
		}
		rest = escaped.ReplaceAll(rest, []byte(`$1"`)) // inside the JSON of another answer
	}
	e.Form, e.Severity, e.Topic = Manager, Error, TopicRequestFailed
	e.Path, e.Message = redact.Literal("oauth/token"), e.Full
	if i := bytes.IndexByte(rest, '{'); i >= 0 && oauthError(rest[i:], p.gate, &p.own, e) {
		e.User = p.text(quoted(rest))
		return true
	}
	p.thrown(bytes.TrimLeft(rest, " .:\"',"), e)
	return true
}

// notice reads the words that the page shows where it gives no answer of the SSM:
// they say that a sign-in failed, and not why.
func (p *Parser) notice(e *Entry) bool {
	topic, code := noticed(p.b)
	if topic == TopicNone {
		return false
	}
	e.Form, e.Severity, e.Topic, e.Status, e.Message = Manager, Error, topic, code, e.Full
	return true
}

// maxNotice is the longest line that may be a notice of the page: more is prose.
const maxNotice = 120

// notices are the page's words, at the beginning of a line.
var notices = []struct {
	words string
	topic Topic
}{
	{"Failed to authenticate Smart Account", TopicAuthFailed}, {"Smart Account User Authentication failed", TopicAuthFailed},
	{"Failed to authenticate user", TopicUserFailed}, {"Failed to sync licenses", TopicSyncFailed}, {"Sync Licenses and Refresh Devices failed", TopicSyncFailed},
}

// noticed tells a notice, and the code that may stand in front: "Error 403: ".
func noticed(b []byte) (t Topic, code int) {
	b = bytes.TrimSpace(b)
	if len(b) > maxNotice || len(b) < 20 || b[0] != 'E' && b[0] != 'F' && b[0] != 'S' {
		return TopicNone, 0
	}
	if front, rest, ok := bytes.Cut(b, []byte(": ")); ok && bytes.HasPrefix(front, []byte("Error")) {
		code, _ = number(bytes.TrimSpace(front[len("Error"):]))
		b = rest
	}
	for _, n := range notices {
		if rest, ok := bytes.CutPrefix(b, []byte(n.words)); ok && len(bytes.Fields(rest)) < 6 {
			return n.topic, code
		}
	}
	return TopicNone, 0
}

// maxEscapes is how often an answer may be a text in another one.
const maxEscapes = 3

// escaped is a quote that is escaped once, with the escapes in front of it halved.
var escaped = regexp.MustCompile(`((?:\\\\)*)\\"`)

// target is the end that a connect failed to, in Apache HttpClient's words
// ("Connect to 10.1.1.1:8443 [/10.1.1.1] failed: …").
func target(msg []byte) []byte {
	rest, ok := bytes.CutPrefix(msg, []byte("Connect to "))
	if !ok || len(rest) < 2 {
		return nil
	}
	if end := 1 + ends(rest[1:], " ["); end < len(rest) { // else it was cut, and what is left may be another port
		return rest[:end] // a copy may have lost the blank
	}
	return nil
}

// lookedUp is the name that was not found ("ssm.example: Name or service not
// known", or the name alone).
func lookedUp(msg []byte) []byte {
	name := msg[:ends(msg, ": ")]
	if rest := msg[len(name):]; len(rest) > 0 && rest[0] != ':' {
		return nil // words begin the message
	}
	return name
}

// quoted is what stands between the first two single quotes.
func quoted(b []byte) []byte {
	_, b, ok := bytes.Cut(b, []byte("'"))
	if !ok {
		return nil
	}
	return b[:ends(b, "'")]
}
