package relay

import (
	"bytes"
	"time"
)

// rows are the rows of captures that follow each other. Two of the same host print a
// packet with the same stamp, the kernel's: what the one before has given is dropped
// from the next one.
type rows struct {
	out   []byte // to be given
	count int    // packets of this capture
	last  []byte // the stamp of the last one
	same  int    // packets that have it

	joining bool // what comes may have been given
	seen    []byte
	skip    int // packets with the stamp seen that are still to be dropped
	drop    bool
	held    []byte // a line without its end
}

// other tells that what comes now is another capture's.
func (w *rows) other() {
	w.joining, w.seen, w.skip = len(w.last) > 0, w.last, w.same
	w.count, w.last, w.same, w.drop = 0, nil, 0, false
}

// take takes the next bytes.
func (w *rows) take(b []byte) {
	w.held = append(w.held, b...)
	for {
		nl := bytes.IndexByte(w.held, '\n')
		if nl < 0 {
			return
		}
		w.line(w.held[:nl+1])
		w.held = w.held[nl+1:]
	}
}

// end gives what has no end.
func (w *rows) end() {
	w.line(w.held)
	w.held = nil
}

func (w *rows) line(l []byte) {
	switch stamp, ok := stampOf(l); {
	case ok:
		w.count++
		if !bytes.Equal(stamp, w.last) {
			w.last, w.same = bytes.Clone(stamp), 0
		}
		w.same++
		w.drop = w.joining && w.given(stamp)
	case len(l) > 0 && l[0] != ' ' && l[0] != '\t': // tcpdump's own words
		w.drop = false
	}
	if !w.drop {
		w.out = append(w.out, l...)
	}
}

// given reports whether the capture before has given a packet with this stamp.
func (w *rows) given(stamp []byte) bool {
	now, _ := time.Parse(stampForm, string(stamp))
	then, _ := time.Parse(stampForm, string(w.seen))
	const day = 24 * time.Hour
	switch ago := (then.Sub(now) + day) % day; { // a stamp has no date
	case ago == 0 && w.skip > 0:
		w.skip--
		return true
	case ago > 0 && ago < day/2:
		return true
	}
	w.joining = false
	return false
}

const stampForm = "15:04:05.000000"

// stampOf is the stamp that a packet's first row begins with.
func stampOf(l []byte) ([]byte, bool) {
	if len(l) <= len(stampForm) || l[len(stampForm)] != ' ' {
		return nil, false
	}
	s := l[:len(stampForm)]
	for i, c := range s {
		if f := stampForm[i]; f == ':' || f == '.' {
			if c != f {
				return nil, false
			}
		} else if c < '0' || c > '9' {
			return nil, false
		}
	}
	return s, true
}
