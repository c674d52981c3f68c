package logline

import (
	"bytes"
	"strings"
	"unicode"

	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// manager reads a line of vmanage-server.log, of any release:
//
//	DATE TIME ZONE LEVEL [id]? [node] [class] (thread) |tenant| message
//
// The id stands there from 20.16 on and may be empty; the month is a name of
// three letters or whole.
func (p *Parser) manager(e *Entry) bool {
	if !managerLine(p.b) {
		return false
	}
	fields := bytes.SplitN(p.b, []byte(" "), 5)
	if len(fields) < 4 {
		return false
	}
	st, ok := p.managerStamp(fields)
	if !ok {
		return false
	}
	e.Stamp = st
	at := len(p.b)
	if len(fields) == 5 {
		at -= len(bytes.TrimLeft(fields[4], " "))
	}
	p.managerRest(fields[3], at, e)
	return true
}

// relayed reads the Manager's line behind what syslog or a collector put in front of
// it, with its own stamp or without.
func (p *Parser) relayed(env *envelope, e *Entry) {
	p.b = p.b[env.at:]
	if p.manager(e) {
		return
	}
	e.Stamp = p.stampOf(env)
	if sp := bytes.IndexByte(p.b, ' '); sp > 0 && managerBody(p.b) {
		p.managerRest(p.b[:sp], blanks(p.b, sp), e)
		return
	}
	e.Form, e.Cut, e.Message = Manager, true, p.rest(0)
}

// managerRest reads what follows the stamp and the level.
func (p *Parser) managerRest(level []byte, at int, e *Entry) {
	e.Form, e.Severity = Manager, severity(level)
	var brackets [][]byte
	at = p.brackets(at, &brackets)
	switch n := len(brackets); {
	case n >= 2:
		e.Host, e.Class, e.Area = p.text(brackets[n-2]), p.text(brackets[n-1]), areaOf(brackets[n-1])
	case n == 1:
		e.Host = p.text(brackets[0])
	}
	at = p.thread(at, e)
	e.Message = p.rest(at)
	p.managerTopic(p.b[min(at, len(p.b)):], e)
}

// brackets collects the words in [] at at.
func (p *Parser) brackets(at int, out *[][]byte) int {
	for at < len(p.b) && p.b[at] == '[' {
		end := bytes.IndexByte(p.b[at:], ']')
		if end < 0 {
			return len(p.b)
		}
		*out = append(*out, p.b[at+1:at+end])
		at += end + 1
		for at < len(p.b) && p.b[at] == ' ' {
			at++
		}
	}
	return at
}

// thread reads "(default task-24) |default| ". A line that ends before the
// message is cut.
func (p *Parser) thread(at int, e *Entry) int {
	rest := p.b[min(at, len(p.b)):]
	if len(rest) == 0 || rest[0] != '(' {
		e.ThreadCut = len(rest) == 0
		e.Cut = e.Cut || e.ThreadCut
		return at
	}
	end := bytes.Index(rest, []byte(") |"))
	if end < 0 {
		if end = bytes.LastIndexByte(rest, ')'); end < 0 {
			e.Thread, e.Cut, e.ThreadCut = p.text(rest[1:]), true, true
			return len(p.b)
		}
		e.Thread = p.text(rest[1:end])
		e.Cut = end+2 >= len(rest)
		return at + end + 1
	}
	e.Thread = p.text(rest[1:end])
	at += end + 3
	tenant := bytes.IndexByte(p.b[at:], '|')
	if tenant < 0 {
		e.Cut = true
		return len(p.b)
	}
	if e.Tenant = p.last.Tenant; e.Tenant.String() != string(p.b[at:at+tenant]) { // mostly it is the line's before
		e.Tenant = p.text(p.b[at : at+tenant])
	}
	at += tenant + 1
	for at < len(p.b) && p.b[at] == ' ' {
		at++
	}
	e.Cut = at >= len(p.b)
	return at
}

func severity(w []byte) Severity {
	switch string(w) {
	case "TRACE", "DEBUG":
		return Debug
	case "WARN", "WARNING":
		return Warn
	case "ERROR":
		return Error
	case "FATAL", "CRITICAL":
		return Critical
	}
	return Info
}

// managerWords tell a message's topic by how it begins.
var managerWords = []struct {
	words string
	topic Topic
}{
	{"user is using in On Prem mode", TopicOnPremUser},
	{"Authenticating on-prem server", TopicAuthStart},
	{"Found smart licensing mode is", TopicMode},
	{"intializing client Map", TopicClientMap},
	{"initializing client Map", TopicClientMap},
	{"Getting onPrem server details", TopicServerDetails},
	{"RestAPI proxy host", TopicProxyHost},
	{"RestAPI proxy port", TopicProxyPort},
	{"URL backend/oauth/token", TopicTokenURL},
	{"Query ", TopicQuery},
	{"Failed to process ", TopicRequestFailed},
	{"Failed to authenticate user", TopicUserFailed},
	{"Smart Account User Authentication failed", TopicAuthFailed},
	{"Smart Account user authenticated successfully", TopicAuthenticated},
	{"Received licenses", TopicLicences},
	{"Sync Licenses and Refresh Devices completed", TopicSyncDone},
	{"Sync Licenses and Refresh Devices failed", TopicSyncFailed},
	{"Failed to sync licenses", TopicSyncFailed},
	{"Authenticating Cisco Smart Account user", TopicCloudSignIn},
	{"Uploading license usage report", TopicReport},
}

// begun tells of a message that ended inside the words that tell its topic which one
// it may be; TopicNone: of several.
func begun(msg []byte) (only Topic, cut bool) {
	for _, w := range managerWords {
		switch {
		case len(msg) == 0 || len(msg) >= len(w.words) || w.words[:len(msg)] != string(msg):
		case cut && only != w.topic:
			return TopicNone, true
		default:
			only, cut = w.topic, true
		}
	}
	return only, cut
}

func (p *Parser) managerTopic(msg []byte, e *Entry) {
	for _, w := range managerWords {
		rest, ok := bytes.CutPrefix(msg, []byte(w.words))
		if !ok {
			continue
		}
		if w.topic == TopicQuery && e.Area != AreaLicensing {
			return
		}
		p.page = false
		e.Topic = w.topic
		switch w.topic {
		case TopicMode:
			p.mode(bytes.Trim(rest, " :."), e)
		case TopicProxyHost, TopicProxyPort:
			e.Value = p.text(bytes.Trim(rest, " :."))
		case TopicClientMap:
			p.credentials(rest, e)
			host, path := peer(rest)
			e.Peer = p.text(host)
			if path {
				e.Value = PeerPath
			}
		case TopicTokenURL:
			p.request(msg[len("URL "):], e)
		case TopicQuery, TopicReport:
			if i := bytes.Index(rest, []byte(": ")); i >= 0 {
				p.request(rest[i+2:], e)
			}
		case TopicRequestFailed:
			p.failure(rest, e)
		case TopicUserFailed:
			e.User = p.text(quoted(rest))
		case TopicLicences:
			licences(rest, e)
		}
		return
	}
	only, cut := begun(msg)
	e.Begun, e.Cut = only, e.Cut || cut
	if e.Exception = p.wrote(words.Exception, exceptionIn(msg)); !e.Exception.Empty() && e.Severity >= Error && e.Area != AreaOther {
		e.Topic, p.page = TopicRequestFailed, false
		p.thrown(behindColon(msg), e)
	}
}

// modes are the licence reporting modes as they are kept, without case, blanks,
// hyphens and quotes: the Manager spells one in three ways.
var modes = []string{"onprem", "online", "offline"}

// OnPrem is the mode in which the Manager calls an SSM.
const OnPrem = "onprem"

// mode keeps a reporting mode that is known; any other word is none. A beginning of
// one is a line that was cut.
func (p *Parser) mode(word []byte, e *Entry) {
	plain := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, string(word))
	for i, known := range modes {
		switch {
		case plain == known:
			e.Value = modeNames[i]
			return
		case strings.HasPrefix(known, plain):
			e.Cut = true
		}
	}
}

// NoLicences is the value of a TopicLicences whose answer was an empty list or object.
var NoLicences = redact.Literal("none")

// maxEmpty is the longest answer that holds no licence: "[]" or "{}".
const maxEmpty = 2

// licences reads ": N bytes". A number without its unit may be the beginning of
// another.
func licences(rest []byte, e *Entry) {
	digits, ok := bytes.CutSuffix(bytes.TrimRight(bytes.TrimLeft(rest, ": "), " ."), []byte(" bytes"))
	n, known := number(digits)
	switch {
	case !ok || !known:
		e.Cut = true
	case n <= maxEmpty:
		e.Value = NoLicences
	}
}

// modeNames are the modes as texts.
var modeNames = [...]redact.Text{redact.Literal("onprem"), redact.Literal("online"), redact.Literal("offline")}

// areaOf is what a logger class is about.
func areaOf(class []byte) Area {
	switch {
	case bytes.HasPrefix(class, []byte("SmartLicensing")):
		return AreaLicensing
	case string(class) == "RestAPIClient":
		return AreaREST
	}
	return AreaOther
}

// PeerPath is the value of a TopicClientMap whose clientUrl has more than a host.
var PeerPath = redact.Literal("path")

// peer is clientUrl's host: without scheme and path, and without the doubled
// link of a web copy ("10.1.1.1https://10.1.1.1"); path: there is one.
func peer(b []byte) (host []byte, path bool) {
	i := bytes.Index(b, []byte("clientUrl="))
	if i < 0 {
		return nil, false
	}
	v := b[i+len("clientUrl="):]
	v = v[:ends(v, ",}& ")]
	v = bytes.TrimPrefix(bytes.TrimPrefix(v, []byte("https://")), []byte("http://"))
	v = undouble(v)
	host = v[:ends(v, "/")]
	return host, len(v) > len(host)+1
}

// undouble drops a link that a web page glued to its own text.
func undouble(v []byte) []byte {
	for _, scheme := range []string{"https:", "http:"} {
		if i := bytes.Index(v, []byte(scheme)); i > 0 {
			return v[:i]
		}
	}
	return v
}

// ends is where the first of chars stands in b, or its end.
func ends(b []byte, chars string) int {
	if i := bytes.IndexAny(b, chars); i >= 0 {
		return i
	}
	return len(b)
}

// request reads a path with its query: "backend/oauth/token?grant_type=…".
func (p *programs) request(b []byte, e *Entry) {
	uri := b[:ends(b, " ")]
	e.Path = p.text(uri[:ends(uri, "?")])
	p.credentials(b[:min(len(b), len(uri)+1)], e) // with the blank that ends it
}

// credentials reads the sign-in's parameters of a query or a map.
func (p *programs) credentials(b []byte, e *Entry) {
	for _, f := range []struct {
		key  string
		kind redact.Kind
		to   *redact.Text
		name redact.Text
	}{
		{"client_id=", redact.ClientID, &e.ClientID, redact.Literal("client ID")}, {"client_secret=", redact.ClientSecret, &e.Secret, redact.Literal("client secret")},
		{"password=", redact.Password, &e.Password, redact.Literal("password")}, {"username=", redact.Plain, &e.User, redact.Literal("user")},
		{"grant_type=", redact.Plain, &e.GrantType, redact.Literal("grant type")},
	} {
		i := keyAt(b, f.key)
		if i < 0 {
			continue
		}
		v := b[i:]
		end := ends(v, "& \"}")
		if comma := bytes.Index(v[:end], []byte(", ")); comma >= 0 {
			end = comma
		}
		v = bytes.TrimSuffix(v[:end], []byte(","))
		if len(v) == 0 && i < len(b) && b[i] == '&' {
			e.BlankField = f.name
		}
		if i+end == len(b) && f.kind != redact.ClientSecret && f.kind != redact.Password {
			e.Cut = true // nothing ends the value: its rest may be missing
			continue
		}
		if f.kind == redact.Password && len(bytes.Trim(v, "*")) == 0 {
			e.SourceMasked = true
			continue
		}
		if *f.to = p.value(f.kind, v); f.to == &e.GrantType {
			p.own[words.GrantType] = v
		}
	}
}

// value is a parameter's, under the token that the line has for it.
func (p *programs) value(kind redact.Kind, v []byte) redact.Text {
	if kind == redact.Plain {
		return p.text(v)
	}
	if t := p.text(v); redact.IsToken(t) {
		return t
	}
	return p.gate.Field(kind, v)
}

// keyAt is where key's value begins; key must not be the end of another word.
func keyAt(b []byte, key string) int {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(key))
		if i < 0 {
			return -1
		}
		i += at
		if i == 0 || !isWord(b[i-1]) {
			return i + len(key)
		}
		at = i + len(key)
	}
}
