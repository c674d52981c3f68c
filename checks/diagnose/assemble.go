package diagnose

import (
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
)

// try is an attempt and what it was assembled from.
type try struct {
	node, thread string
	source       event.SourceID
	lines        []*event.LogEntry // of the Manager, in order
	token        *request          // the sign-in as the SSM saw it
	api          []*request        // later requests as the SSM saw them
	conn         *connection
	connSure     bool // conn lies in the attempt's time
	ended        bool
	failed       *event.LogEntry // the line that tells why, else that it failed
	done         *event.LogEntry
}

// request is one HTTP request as the SSM's nginx and Rails logged it.
type request struct {
	access, rails *event.LogEntry
	refused       []*event.LogEntry // upstreams that nginx tried in vain
}

// lines gives the request's lines in the order in which they prove most.
func (r *request) entries() []*event.LogEntry {
	var out []*event.LogEntry
	for _, e := range []*event.LogEntry{r.rails, r.access} {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

func (r *request) status() int {
	for _, e := range r.entries() {
		if e.Status != 0 {
			return e.Status
		}
	}
	return 0
}

func (r *request) when() event.When {
	for _, e := range append(r.entries(), r.refused...) {
		return e.At
	}
	return event.When{}
}

// managerTries cuts the Manager's lines into tries, a thread at a time.
func managerTries(lines []*event.LogEntry) []*try {
	var tries []*try
	open := map[string]*try{}
	for _, e := range lines {
		key := threadKey(e, open)
		t := open[key]
		if t == nil || t.starts(e) {
			if !canStart(e) {
				continue
			}
			t = &try{node: e.Host.String(), thread: e.Thread.String(), source: e.From.Source}
			tries = append(tries, t)
			open[key] = t
		}
		t.add(e)
	}
	return tries
}

// threadKey names node and thread. A line cut inside its thread's name goes to
// the thread that its rest begins.
func threadKey(e *event.LogEntry, open map[string]*try) string {
	key := e.Host.String() + "\x00" + e.Thread.String()
	if _, ok := open[key]; ok || !e.Cut {
		return key
	}
	for k := range open {
		if strings.HasPrefix(k, key) {
			return k
		}
	}
	return key
}

// canStart: only these lines begin an attempt; the proxy lines are written by
// other calls of the Manager too. Of a line cut before its words, the class tells.
func canStart(e *event.LogEntry) bool {
	switch e.Topic {
	case logline.TopicOnPremUser, logline.TopicAuthStart, logline.TopicClientMap, logline.TopicTokenURL, logline.TopicReport, logline.TopicCloudSignIn:
		return true
	case logline.TopicNone:
		return e.Cut && strings.HasPrefix(e.Class.String(), "SmartLicensing")
	case logline.TopicRequestFailed:
		return strings.Contains(e.Path.String(), "oauth") || strings.Contains(e.Path.String(), "/api/v1/")
	case logline.TopicAuthFailed, logline.TopicUserFailed, logline.TopicSyncDone, logline.TopicSyncFailed:
		return true
	}
	return false
}

// starts reports whether e begins the next try of the thread.
func (t *try) starts(e *event.LogEntry) bool {
	switch e.Topic {
	case logline.TopicOnPremUser:
		return true
	case logline.TopicAuthStart, logline.TopicClientMap, logline.TopicTokenURL, logline.TopicCloudSignIn:
		return t.ended || t.failed != nil
	case logline.TopicReport:
		return t.ended || t.failed != nil || t.find(logline.TopicReport) != nil
	}
	return false
}

func (t *try) add(e *event.LogEntry) {
	t.lines = append(t.lines, e)
	switch e.Topic {
	case logline.TopicRequestFailed:
		t.failed = e
	case logline.TopicUserFailed, logline.TopicAuthFailed, logline.TopicSyncFailed:
		if t.failed == nil {
			t.failed = e
		}
		t.ended = t.ended || e.Topic != logline.TopicUserFailed
	case logline.TopicSyncDone:
		t.done, t.ended = e, true
	case logline.TopicNone:
		if e.Cut && e.Severity >= logline.Error {
			if t.failed == nil {
				t.failed = e
			}
			t.ended = true
		}
	}
}

// find gives the try's first line with the topic.
func (t *try) find(topic logline.Topic) *event.LogEntry {
	for _, e := range t.lines {
		if e.Topic == topic {
			return e
		}
	}
	return nil
}

// says gives the first value of a field that any of the try's Manager lines has.
func (t *try) says(field func(*event.LogEntry) string) string {
	for _, e := range t.lines {
		if v := field(e); v != "" {
			return v
		}
	}
	return ""
}

func clientOf(e *event.LogEntry) string { return e.ClientID.String() }
func secretOf(e *event.LogEntry) string { return e.Secret.String() }
func userOf(e *event.LogEntry) string   { return e.User.String() }

func (t *try) status() int {
	switch {
	case t.failed != nil && t.failed.Status != 0:
		return t.failed.Status
	case t.find(logline.TopicAuthenticated) != nil || t.done != nil:
		return 200
	case t.token != nil:
		return t.token.status()
	}
	return 0
}

func (t *try) start() event.When {
	switch {
	case len(t.lines) > 0:
		return t.lines[0].At
	case t.token != nil:
		return t.token.when()
	case t.conn != nil:
		return t.conn.first.When()
	}
	return event.When{}
}

func (t *try) end() event.When {
	switch {
	case len(t.lines) > 0:
		return t.lines[len(t.lines)-1].At
	case t.token != nil:
		return t.token.when()
	case t.conn != nil:
		return t.conn.last.When()
	}
	return event.When{}
}

func (t *try) history() bool {
	switch {
	case len(t.lines) > 0:
		return t.lines[0].History
	case t.token != nil && len(t.token.entries()) > 0:
		return t.token.entries()[0].History
	}
	return false
}

// requests pairs nginx's and Rails' lines of one request.
func requests(lines []*event.LogEntry) []*request {
	var all []*request
	for _, e := range lines {
		r := pairing(all, e)
		if r == nil {
			r = &request{}
			all = append(all, r)
		}
		switch e.Form {
		case logline.NginxAccess:
			r.access = e
		case logline.Rails:
			r.rails = e
		default:
			r.refused = append(r.refused, e)
		}
	}
	return all
}

// lookBack is how many requests under way at once are told apart.
const lookBack = 8

// pairing finds the newest request that e is another line of: the same path
// below nginx's prefix, nothing that both show differs, and no such line yet.
func pairing(all []*request, e *event.LogEntry) *request {
	for i := len(all) - 1; i >= 0 && i >= len(all)-lookBack; i-- {
		if r := all[i]; r.takes(e) {
			return r
		}
	}
	return nil
}

func (r *request) takes(e *event.LogEntry) bool {
	switch e.Form {
	case logline.NginxAccess:
		if r.access != nil {
			return false
		}
	case logline.Rails:
		if r.rails != nil {
			return false
		}
	default: // nginx errors come before the answer
		if r.access != nil || r.rails != nil {
			return false
		}
	}
	for _, other := range append(r.entries(), r.refused...) {
		if !sameRequest(other, e) {
			return false
		}
	}
	return true
}

func sameRequest(a, b *event.LogEntry) bool {
	if d, ok := gap(a.At, b.At); ok && (d > time.Minute || d < -time.Minute) {
		return false
	}
	return samePath(a.Path.String(), b.Path.String()) &&
		agree(a.ClientID.String(), b.ClientID.String()) &&
		agree(userOf(a), userOf(b)) &&
		(a.Status == 0 || b.Status == 0 || a.Status == b.Status) &&
		(a.Conn == 0 || b.Conn == 0 || a.Conn == b.Conn)
}

// samePath: nginx logs /backend/x for what Rails logs as /x.
func samePath(a, b string) bool {
	return strings.HasSuffix(a, b) || strings.HasSuffix(b, a)
}

func agree(a, b string) bool { return a == "" || b == "" || a == b }
