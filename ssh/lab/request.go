package lab

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// agent is the Manager's HTTP client, as the published log shows it.
const agent = "Apache-HttpClient/4.5.11 (Java/11.0.7)"

// worked is how long the SSM's backend takes to answer.
const worked = 60 * time.Millisecond

// request makes one call on a connection of its own: TLS for real over the
// synthetic wire, its flights as packets at the Manager's interface, and the
// SSM's lines when the request has reached it.
func (a *attempt) request(c call) (answer, error) {
	flights, got, err := a.l.wire.exchange(c.text(a.l.s.SSM.Address), atSSM{a}.serve)
	if err != nil {
		return answer{}, err
	}
	conn := a.connection()
	conn.open()
	reached := time.Duration(-1)
	for i, f := range flights {
		switch {
		case f.client:
			arrives := conn.clientFlight(f.data)
			if i == lastRequest(flights) {
				reached = arrives
			}
		case i > 0 && i-1 == lastRequest(flights):
			conn.serverFlight(f.data, worked)
		default:
			conn.serverFlight(f.data, thinking)
		}
	}
	conn.close()
	a.pass(conn.packets, c, got, reached, a.answered(conn.packets))
	return got, nil
}

// atSSM is the SSM's side of an attempt: its answers, and its log.
type atSSM struct{ *attempt }

// serve answers a request as the SSM does in this act.
func (a atSSM) serve(r *http.Request) answer {
	reply, ok := replies[a.outcome]
	if path := strings.TrimPrefix(r.URL.Path, "/backend"); !ok || path != reply.path {
		return a.l.backend.serve(r)
	}
	return answer{status: reply.status, body: reply.body, at: a.l.backend.now(), page: strings.HasPrefix(reply.body, "<")}
}

// lastRequest is the client's last flight that the server answers.
func lastRequest(flights []flight) int {
	last := 0
	for i, f := range flights {
		if !f.client && i > 0 && flights[i-1].client {
			last = i - 1
		}
	}
	return last
}

func (a *attempt) connection() *connection {
	s := a.l.s
	return &connection{
		client: peer{addr: addr(s.Manager.Address, uint16(40000+rand.IntN(20000))), seq: rand.Uint32(), id: uint16(rand.Uint32()), ttl: 64, mss: 1460, window: 64240, own: true},
		server: peer{addr: addr(s.SSM.Address, 8443), seq: rand.Uint32(), id: uint16(rand.Uint32()), ttl: 44, mss: 1380, window: 65160},
		rtt:    func() time.Duration { return s.RTT + time.Duration(rand.IntN(4000)-1000)*time.Microsecond },
	}
}

// answered is when the last data from the SSM passes.
func (a *attempt) answered(packets []timedPacket) time.Duration {
	var last time.Duration
	for _, p := range packets {
		if p.p.Src.Port() == 8443 && p.p.Length > 0 {
			last = p.at
		}
	}
	return last
}

// pass plays packets and the SSM's lines on one clock, up to the moment when
// the Manager has its answer; the connection's end plays on beside it.
func (a *attempt) pass(packets []timedPacket, c call, got answer, reached, answered time.Duration) {
	if !a.live {
		a.at += reached
		atSSM{a}.ssmLines(c, got)
		a.at += answered - reached
		return
	}
	begin := time.Now()
	offset := a.l.s.Capture.Offset
	send := func(p timedPacket) bool {
		if !a.l.sleep(time.Until(begin.Add(p.at))) {
			return false
		}
		p.p.Time = time.Now().UTC().Add(offset)
		a.l.card.pass(p.p)
		return true
	}
	logged := false
	for i, p := range packets {
		if !logged && p.at >= reached {
			a.l.sleep(time.Until(begin.Add(reached)))
			atSSM{a}.ssmLines(c, got)
			logged = true
		}
		if !send(p) {
			return
		}
		if p.at >= answered {
			rest := packets[i+1:]
			a.l.wg.Add(1)
			go func() {
				defer a.l.wg.Done()
				for _, p := range rest {
					if !send(p) {
						return
					}
				}
			}()
			return
		}
	}
}

// text is the request as the Manager's HTTP client sends it.
func (c call) text(host string) string {
	lines := []string{c.method + " " + c.uri() + " HTTP/1.1", "Accept: application/json", "Content-Type: application/json", "Host: " + host + ":8443", "Connection: Keep-Alive", "User-Agent: " + agent, "Accept-Encoding: gzip,deflate"}
	if c.token != "" {
		lines = append(lines, "Authorization: Bearer "+c.token)
	}
	if c.method == "POST" {
		lines = append(lines, "Content-Length: 0")
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// ssmLines are what nginx and Rails log of one request.
func (a atSSM) ssmLines(c call, got answer) {
	l, r := a.l, &a.l.random
	if reply, ok := replies[a.outcome]; ok && reply.lines != nil && c.path == reply.path {
		r.conn++
		reply.lines(a.attempt, c, got)
		return
	}
	if l.s.UpstreamRefused && c.path == pathToken {
		r.conn++
		a.upstreamRefused(c, "[fd00:dead:beef::5]:3000")
	}
	l.ssmLine(a.at, fmt.Sprintf("%s: [active_model_serializers] Rendered ActiveModel::Serializer::Null with Hash (0.13ms)", r.rails))
	l.ssmLine(a.at, fmt.Sprintf("%s: method=%s path=%s format=json controller=%s action=%s status=%d duration=%.2f view=1.87 db=0.00", r.rails, c.method, c.path, c.controller, c.action, got.status, 12+rand.Float64()*20))
	a.access(c, got)
}

// uri is the request's path as nginx logs it.
func (c call) uri() string {
	if c.query == "" {
		return "/backend" + c.path
	}
	return "/backend" + c.path + "?" + c.query
}

// access is nginx's line of an answered request.
func (a atSSM) access(c call, got answer) {
	l := a.l
	l.ssmLine(a.at, fmt.Sprintf("%s: %s - - [%s] \"%s %s HTTP/1.1\" %d %d \"-\" \"%s\" \"-\"", l.random.nginx, l.s.Manager.SeenAs, l.ssmNow().Add(a.at).Format("02/Jan/2006:15:04:05 -0700"), c.method, c.uri(), got.status, len(got.sent()), agent))
}

// upstreamRefused are nginx's lines of one member of the group that refused.
func (a atSSM) upstreamRefused(c call, member string) {
	l := a.l
	tail := fmt.Sprintf("client: %s, server: , request: \"%s %s HTTP/1.1\", upstream: \"http://%s%s\", host: \"%s:8443\"", l.s.Manager.SeenAs, c.method, c.uri(), member, c.path, l.s.SSM.Address)
	head := fmt.Sprintf("%s: %s", l.random.nginx, l.ssmNow().Add(a.at).Format("2006/01/02 15:04:05"))
	l.ssmLine(a.at, fmt.Sprintf("%s [error] 47#47: *%d connect() failed (111: Connection refused) while connecting to upstream, %s", head, l.random.conn, tail))
	l.ssmLine(a.at, fmt.Sprintf("%s [warn] 47#47: *%d upstream server temporarily disabled while connecting to upstream, %s", head, l.random.conn, tail))
}
