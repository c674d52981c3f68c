package tcpdump

import (
	"bytes"
	"time"

	"syncscope/capture/packet"
)

// stamp is what stands before the protocol.
type stamp struct {
	text  []byte
	clock time.Duration // time of day, or since the packet before
	date  time.Time     // with -tttt or -tt
	dated bool
	epoch bool // -tt: the zone is sure too
	delta bool // perhaps -ttt or -ttttt: a blank more, from zero on
	none  bool // -t
}

// readStamp reads a number (-#) and the stamp: HH:MM:SS.ffffff, the same with a
// date before it, seconds since 1970, or nothing. The fraction has six digits
// or nine; one that cannot be has more, and "(invalid us)" behind it.
func readStamp(t []byte, blank bool) (st stamp, rest []byte, ok bool) {
	if t[0] > '9' {
		st.none = true
		return st, t, true
	}
	if i := countDigits(t); i > 0 && i+2 < len(t) && t[i] == ' ' && t[i+1] == ' ' { // -#
		t = t[i+2:]
		if blank = t[0] == ' ' || t[0] == '-'; blank {
			t = bytes.TrimLeft(t, " -")
		}
		if len(t) == 0 || t[0] > '9' || t[0] < '0' {
			st.none = true
			return st, t, len(t) > 0
		}
	}
	whole := t
	if len(t) > 11 && t[4] == '-' && t[7] == '-' && t[10] == ' ' {
		if st.date, ok = day(t[:10]); !ok {
			return st, nil, false
		}
		st.dated = true
		t = t[11:]
		whole = t
	}
	if len(t) > 8 && t[2] == ':' && t[5] == ':' {
		h, m, sec := two(t[0:]), two(t[3:]), two(t[6:])
		if h > 23 || m > 59 || sec > 60 {
			return st, nil, false
		}
		st.clock = time.Duration(h*3600+m*60+sec) * time.Second
		t = t[8:]
	} else {
		c := cursor{t}
		sec, is := c.digits()
		if !is || sec > 1e10 || len(c.b) < 7 || c.b[0] != '.' || countDigits(c.b[1:]) < 6 || st.dated {
			return st, nil, false
		}
		st.date, st.dated, st.epoch = time.Unix(int64(sec), 0).UTC(), true, true
		t = c.b
	}
	if len(t) == 0 || t[0] != '.' {
		return st, nil, false
	}
	n := countDigits(t[1:])
	st.clock += fraction(t[1 : 1+n])
	t = t[1+n:]
	st.text = whole[:len(whole)-len(t)]
	st.delta = blank && !st.dated
	if len(t) == 0 || t[0] != ' ' {
		return st, nil, false
	}
	for len(t) > 0 && t[0] == ' ' {
		t = t[1:]
	}
	if bytes.HasPrefix(t, []byte("(invalid ")) {
		if i := bytes.IndexByte(t, ')'); i > 0 {
			t = bytes.TrimLeft(t[i+1:], " ")
		}
	}
	return st, t, len(t) > 0
}

func countDigits(b []byte) int {
	i := 0
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

// two reads two digits; what is no number is too large for any use.
func two(b []byte) int {
	a, c := b[0]-'0', b[1]-'0'
	if a > 9 || c > 9 {
		return 1000
	}
	return int(a)*10 + int(c)
}

// fraction reads the digits behind the point. With more than nine they are a
// count of microseconds that is more than a second; it is added as it is.
func fraction(b []byte) time.Duration {
	var n time.Duration
	for _, c := range b[:min(len(b), 12)] {
		n = n*10 + time.Duration(c-'0')
	}
	switch {
	case len(b) == 6:
		return n * time.Microsecond
	case len(b) < 9:
		for i := len(b); i < 9; i++ {
			n *= 10
		}
	}
	return n
}

// day reads YYYY-MM-DD.
func day(b []byte) (time.Time, bool) {
	y, m, d := two(b)*100+two(b[2:]), two(b[5:]), two(b[8:])
	if y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC), true
}

// half is by how much the clock must fall for a new day to have begun: small
// steps back are another queue, or NTP.
const half = 12 * time.Hour

// set gives a packet its time. Deltas keep the order only.
func (c *clock) set(p *packet.Packet, st stamp) {
	switch {
	case st.none:
		return
	case st.dated:
		p.Time, p.Dated, p.Zoned = st.date.Add(st.clock), true, st.epoch
		return
	case !c.begun:
		c.begun = true
		c.delta = st.delta && st.clock == 0
	}
	if c.delta {
		return
	}
	if st.clock < c.last-half {
		c.day++
	}
	c.last = st.clock
	p.Time = time.Time{}.Add(time.Duration(c.day)*24*time.Hour + st.clock)
}
