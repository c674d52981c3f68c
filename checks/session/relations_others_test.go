package session_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// other is another client of the SSM.
type other struct {
	who, addr, agent, query string // an empty address: the Manager's own, as behind one NAT
	refused                 int
	alike                   bool // it asks as a Manager does: only another sign-in tells that it is none
}

var others = []other{
	{"a monitor", "10.110.35.9", "Zabbix 6.0", "grant_type=client_credentials&client_id=Zx81Qm40Tt77Lk02Vb95Rr13Ns68Wp24Hd50Gy36Jc49Fa71Ue82Io93Xz16Bq27&client_secret=Ms14Pe25Kd36Lf47Ng58Oh69Qi70Rj81Sk92Tl03Um14Vn25Wo36Xp47Yq58Zr69", 401, false},
	{"a script with another user", "10.110.35.21", "python-requests/2.28.1", "grant_type=password&client_id=Py30Nt41Ho52Ns63Cr74Ip85Tu96Ve07Wf18Xg29Yh30Zi41Aj52Bk63Cl74Dm85&client_secret=En96Fo07Gp18Hq29Ir30Js41Kt52Lu63Mv74Nw85Ox96Py07Qz18Ra29Sb30Tc41&username=netops&password=Harbor%2512", 403, false},
	{"curl from the Manager's address", "", "curl/7.88.1", "grant_type=client_credentials&client_id=Cu50Rl61Sa72Tb83Uc94Vd05We16Xf27Yg38Zh49Ai50Bj61Ck72Dl83Em94Fn05&client_secret=Go16Hp27Iq38Jr49Ks50Lt61Mu72Nv83Ow94Px05Qy16Rz27Sa38Tb49Uc50Vd61", 401, false},
	{"a second product with another user", "10.110.35.40", "Apache-HttpClient/4.5.14 (Java/17.0.15)", "grant_type=password&client_id=Ja70Vb81Wc92Xd03Ye14Zf25Ag36Bh47Ci58Dj69Ek70Fl81Gm92Hn03Io14Jp25&client_secret=Kq36Lr47Ms58Nt69Ou70Pv81Qw92Rx03Sy14Tz25Ua36Vb47Wc58Xd69Ye70Zf81&username=reporting&password=Meadow%2577", 403, true},
}

// anchor is where a log's requests stand: a line of nginx, in its parts.
type anchor struct {
	head, addr string // what stands before the address, and it
	stamp      string // nginx's own
	rails      string // what stands before the Rails line of the same second
}

var (
	accessLine = regexp.MustCompile(`^(.*?: )(\S+) - - \[([^\]]+)\] "[A-Z]+ `)
	railsLine  = regexp.MustCompile(`^(.*?: )method=`)
)

// anchorOf is a log's last request for a token, else its last request.
func anchorOf(ls [][]byte) (anchor, bool) {
	for _, only := range []string{"/oauth/token", ""} {
		for _, l := range slices.Backward(ls) {
			_, stamped := lineTime(l, ssmStamps[:1], 2024)
			if m := accessLine.FindSubmatch(l); m != nil && stamped && bytes.Contains(l, []byte(only)) {
				at := string(m[1][:len(time.Stamp)])
				return anchor{string(m[1]), string(m[2]), string(m[3]), at + railsHost(ls)}, true
			}
		}
	}
	return anchor{}, false
}

// railsHost is what stands between a Rails line's stamp and its text.
func railsHost(ls [][]byte) string {
	for _, l := range slices.Backward(ls) {
		if r := railsLine.FindSubmatch(l); r != nil && len(r[1]) > len(time.Stamp) {
			return string(r[1][len(time.Stamp):])
		}
	}
	return " SSM-On-Prem 8def82934c0a: "
}

// signIn is what the SSM logs of another client's sign-in, d after the anchor.
func (a anchor) signIn(o other, status int, d time.Duration, year int) []byte {
	addr := o.addr
	if addr == "" {
		addr = a.addr
	}
	text := fmt.Sprintf("%smethod=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=%d duration=17.67 view=2.29 db=0.00\n"+
		"%s%s - - [%s] \"POST /backend/oauth/token?%s HTTP/1.1\" %d 121 \"-\" \"%s\" \"-\"\n", a.rails, status, a.head, addr, a.stamp, o.query, status, o.agent)
	ls := splitLines([]byte(text))
	for i, l := range ls {
		ls[i] = mapStamps(l, ssmStamps[:2], year, func(t time.Time) time.Time { return t.Add(d) })
	}
	return joinLines(ls)
}

// signsIn reports whether a log has a sign-in that is a Manager's, to its end.
func signsIn(ls [][]byte) bool { return slices.ContainsFunc(ls, managerSignIn.Match) }

var managerSignIn = regexp.MustCompile(`/oauth/token\?\S*grant_type=\S+ HTTP/1\.\d" \d{3} .*Java/`)

// place is when another client's request comes.
type place struct {
	when  string
	after time.Duration
	front bool // of what the log has of that second
}

var places = []place{{"95 s before", -95 * time.Second, false}, {"just before", 0, true}, {"in the same second", 0, false}, {"2 s after", 2 * time.Second, false}, {"95 s after", 95 * time.Second, false}}

// addOthers adds another client's requests to a form of a case.
func addOthers(as form) func(*fault) []variant {
	return func(f *fault) (out []variant) {
		all := f.in(as)
		at := slices.IndexFunc(all, func(x file) bool { return isMessages(x.name) })
		if at < 0 || as == asText && !f.has(isManagerLog) {
			return nil
		}
		ls, year := splitLines(withNewline(all[at].data)), yearOf(all[at].data)
		a, ok := anchorOf(ls)
		if !ok {
			return nil
		}
		for _, o := range others {
			if o.alike && !signsIn(ls) {
				continue // nothing in the log tells it from a Manager
			}
			for _, status := range []int{o.refused, 200} {
				for _, p := range places {
					out = append(out, variant{fmt.Sprintf("%s, %d, %s", o.who, status, p.when), as, func() []file {
						return replaceFile(all, at, insertByTime(ls, a.signIn(o, status, p.after, year), p.front, year))
					}})
				}
			}
		}
		if !signsIn(ls) {
			return out
		}
		return append(out, variant{"all of them, over and over", as, func() []file { return replaceFile(all, at, polled(ls, a, year)) }})
	}
}

// polled is a log in which every other client signs in each half minute.
func polled(ls [][]byte, a anchor, year int) []byte {
	for i := -10; i <= 10; i++ {
		o := others[(i+10)%len(others)]
		ls = splitLines(insertByTime(ls, a.signIn(o, o.refused, time.Duration(i)*30*time.Second, year), false, year))
	}
	return joinLines(ls)
}

// insertByTime puts lines where their time belongs, in front of or behind what
// the log has of that second.
func insertByTime(ls [][]byte, text []byte, front bool, year int) []byte {
	at, _ := lineTime(text, ssmStamps[:1], year)
	i := 0
	for n, l := range ls {
		if t, ok := lineTime(l, ssmStamps[:1], year); ok && (t.Before(at) || !front && t.Equal(at)) {
			i = n + 1
		} else if !ok && i == n && strings.TrimSpace(string(l)) != "" {
			i = n + 1 // it belongs to the line before
		}
	}
	return joinLines(slices.Insert(slices.Clone(ls), i, text))
}
