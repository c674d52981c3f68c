package capture

import (
	"cmp"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// Trail is where a capture ended: its connections, which another file of the same
// capture goes on with (tcpdump -C and -W, editcap -c, a listing that was cut).
type Trail struct {
	track       *handshake.Tracker
	reassembler reassembler
	scan        *tcpdump.Scanner // nil: a binary capture
	// First is the file that it began in.
	First event.SourceID
}

// Trail is where the source ended; nil if it was no capture. The decoder must be
// closed, and the trail is given to one other only.
func (d *Decoder) Trail() *Trail {
	list, _ := d.reader.(*listing)
	if s, ok := d.reader.(*splitter); ok {
		list = s.list
	}
	first := cmp.Or(d.src.First, d.src.ID)
	switch {
	case d.frames != nil:
		return &Trail{track: d.frames.track, reassembler: d.frames.reassembler, First: first}
	case list != nil:
		return &Trail{track: list.track, reassembler: list.reassembler, scan: list.scan, First: first}
	}
	return nil
}

// Continues reports whether a capture that began then can go on with this one: it is
// of the same form, and began no sooner than this one ended.
func (t *Trail) Continues(c Begin) bool {
	newest, ok := t.track.Newest()
	ended := Begin{newest, t.scan == nil}
	return ok && c.Form() == ended.Form() && !c.at.Before(newest)
}

// End is when the capture ended, of those that Continues holds for.
func (t *Trail) End() time.Time {
	end, _ := t.track.Newest()
	return end
}

// Continue has the source go on with where another one ended, if one did. It must come
// before the first byte.
func (d *Decoder) Continue(t *Trail) { d.trail = t }

// Begin is when a capture began, and of which form it is.
type Begin struct {
	at     time.Time
	binary bool
}

// Time is when it began; of a listing without dates, the time of day.
func (b Begin) Time() time.Time { return b.at }

// Binary reports whether a file is a binary capture, by its first bytes.
func Binary(b []byte) bool { return len(b) >= magicLen && pcap.Is(b[:magicLen]) }

// Form names what a capture is: binary, or a listing with dates or without.
func (b Begin) Form() string {
	switch {
	case b.binary:
		return "binary"
	case b.at.Year() <= 1:
		return "times of day"
	}
	return "dated"
}

// Began tells when a capture began, by a file's first bytes; false: it is none.
func Began(b []byte) (c Begin, ok bool) {
	d := NewDecoder(event.Source{ID: 1}, redact.New(), func(ev event.Event) {
		if !ok && ev.Ref().Packet > 0 {
			c.at, ok = ev.When().Time, true
		}
	})
	_, _ = d.Write(b) // it never fails
	_ = d.Close()     // it is the beginning only
	c.binary = d.frames != nil
	return c, ok
}
