package diagnose

import (
	"context"
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
)

// assemble joins the three streams to tries, in order of time. Joining takes
// each of one stream with each of another: where ctx ends, the rest is left.
func (e *Engine) assemble(ctx context.Context) ([]*try, error) {
	tries := managerTries(e.manager)
	tokens, api := splitRequests(requests(e.ssm))
	tries = joinRequests(ctx, tries, tokens)
	joinAPI(ctx, tries, tokens, api)
	conns := distinct(e.toPeer())
	tries = e.leftConnections(ctx, joinConnections(ctx, tries, conns), conns)
	return tries, ctx.Err()
}

func splitRequests(all []*request) (tokens, api []*request) {
	for _, r := range all {
		if strings.Contains(r.path(), "oauth/token") {
			tokens = append(tokens, r)
		} else {
			api = append(api, r)
		}
	}
	return tokens, api
}

func (r *request) path() string {
	for _, e := range append(r.entries(), r.refused...) {
		return e.Path.String()
	}
	return ""
}

func (r *request) field(field func(*event.LogEntry) string) string {
	for _, e := range append(r.entries(), r.refused...) {
		if v := field(e); v != "" {
			return v
		}
	}
	return ""
}

// joinRequests gives each try the newest request that is left and agrees with
// it in everything that both show. From the newest back: both logs end now,
// but may begin at different times. A request that fits no try is a try of its
// own: another node's, or another user's.
func joinRequests(ctx context.Context, tries []*try, tokens []*request) []*try {
	left := append([]*request(nil), tokens...)
	for i := len(tries) - 1; i >= 0 && ctx.Err() == nil; i-- {
		for j := len(left) - 1; j >= 0; j-- {
			if left[j] != nil && tries[i].fits(left[j]) {
				tries[i].token, left[j] = left[j], nil
				break
			}
		}
	}
	for _, r := range left {
		if r != nil && r.status() != 0 && ctx.Err() == nil {
			tries = insert(tries, &try{token: r, ended: true})
		}
	}
	return tries
}

// fits: the client ID or the user must stand on both sides, and all that
// stands on both must agree. Live, both must have come at about one time.
func (t *try) fits(r *request) bool {
	client, user := t.says(clientOf), t.says(userOf)
	theirs, who := r.field(clientOf), r.field(userOf)
	if !(client != "" && theirs != "") && !(user != "" && who != "") {
		return false
	}
	if !agree(client, theirs) || !agree(user, who) {
		return false
	}
	if s, got := t.status(), r.status(); s != 0 && got != 0 && s != got {
		return false
	}
	at := r.when()
	if t.history() || t.end().Arrival.IsZero() || at.Arrival.IsZero() {
		return true
	}
	d, ok := gap(t.end(), at)
	return !ok || d < time.Minute && d > -time.Minute
}

// insert puts an SSM-only try before the first try that began after it, where
// both clocks can be compared, else before the Manager's own tries: what the
// Manager says last counts.
func insert(tries []*try, t *try) []*try {
	at := 0
	for i, other := range tries {
		if other.token != nil && other.token.when().Time.After(t.token.when().Time) {
			break
		}
		if other.token != nil {
			at = i + 1
		}
	}
	out := append([]*try(nil), tries[:at]...)
	return append(append(out, t), tries[at:]...)
}

// joinAPI gives each try the SSM's later requests of the same caller, up to
// that caller's next sign-in.
func joinAPI(ctx context.Context, tries []*try, tokens, api []*request) {
	for _, t := range tries {
		if t.token == nil || t.token.access == nil {
			continue
		}
		from := t.token.access
		for _, r := range api {
			if ctx.Err() != nil {
				return
			}
			if r.access == nil || r.access.Client != from.Client || r.access.From.Line < from.From.Line {
				continue
			}
			if next := nextToken(tokens, from); next != nil && r.access.From.Line > next.From.Line {
				break
			}
			t.api = append(t.api, r)
		}
	}
}

func nextToken(tokens []*request, after *event.LogEntry) *event.LogEntry {
	for _, r := range tokens {
		if r.access != nil && r.access.Client == after.Client && r.access.From.Line > after.From.Line {
			return r.access
		}
	}
	return nil
}

// slack is how far outside an attempt's lines its packets may lie: the
// Manager logs before it connects and after it has read the answer.
const slack = 5 * time.Second

// joinConnections gives each try the newest connection in its time. One try
// and one connection that cannot be placed in time are joined, marked unsure.
// Without any log, each connection is a try.
func joinConnections(ctx context.Context, tries []*try, conns []*connection) []*try {
	used := map[*connection]bool{}
	for _, t := range tries {
		if ctx.Err() != nil {
			return tries
		}
		for _, c := range conns {
			if !used[c] && t.during(c) {
				t.conn, t.connSure = c, true
				used[c] = true
				if len(t.lines) == 0 {
					break // the SSM logs one request: what follows is another one's
				}
			}
		}
	}
	for _, t := range tries {
		if ctx.Err() != nil {
			return tries
		}
		for _, c := range conns {
			if t.conn == nil && t.inside(c) { // a connection that was kept open for the next attempt
				t.conn, t.connSure = c, true
			}
		}
	}
	if len(tries) == 1 && len(conns) == 1 && tries[0].conn == nil && !tries[0].history() {
		tries[0].conn = conns[0]
	}
	return tries
}

// leftConnections makes tries of connections that no log speaks of, in the
// capture's order, where there is no log of the Manager. With one, a
// connection outside its attempts is another program's. Beside requests that
// the SSM logged, only those count that failed: the others carried them.
func (e *Engine) leftConnections(ctx context.Context, tries []*try, conns []*connection) []*try {
	e.unlisted = 0
	if e.heardManager {
		return tries
	}
	place := map[*connection]int{}
	for i, t := range tries {
		if t.conn != nil {
			place[t.conn] = i + 1
		}
	}
	at, logged := 0, len(tries) > 0
	for i, c := range conns {
		if place[c] > 0 {
			at = max(at, place[c])
			continue
		}
		if logged && !c.failed() {
			continue
		}
		if ctx.Err() != nil {
			return tries
		}
		if i < len(conns)-maxLeft {
			e.unlisted++
			continue
		}
		tries = slices.Insert(tries, at, &try{conn: c, connSure: true, ended: !c.last.When().Time.IsZero() && closed(c)})
		at++
		for o, p := range place {
			if p >= at {
				place[o] = p + 1
			}
		}
	}
	return tries
}

// maxLeft bounds the tries that only a connection speaks of, to those among the
// newest connections: a capture of everything else on the port is no history of attempts.
const maxLeft = 256

// inside reports whether the try began while the connection was open.
func (t *try) inside(c *connection) bool {
	begun, ok := gap(c.first.When(), t.start())
	left, ok2 := gap(t.start(), c.last.When())
	return ok && ok2 && begun >= 0 && left >= 0 && c.ToServerBytes > 0 && t.history() == c.first.History()
}

func (t *try) during(c *connection) bool {
	if t.history() != c.first.History() {
		return false
	}
	if len(t.lines) == 0 { // the SSM logs a request when it has answered it
		begun, ok := gap(c.first.When(), t.start())
		ended, ok2 := gap(t.start(), c.last.When())
		return ok && ok2 && begun >= -slack && ended >= -slack && (c.ToServerBytes > 0 || c.Trouble.Blind)
	}
	after, ok := gap(t.start(), c.first.When())
	before, ok2 := gap(c.first.When(), t.end())
	return ok && ok2 && after >= -slack && before >= -slack
}
