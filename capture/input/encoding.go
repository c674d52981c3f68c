package input

import (
	"bytes"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// encoding is how a text is written.
type encoding uint8

const (
	utf8Text encoding = iota
	utf8BOM
	utf16LE
	utf16BE
	crText // lines end in CR alone, as of an old Macintosh
)

var encodingNames = [...]string{"", "a byte order mark in front was dropped", "read as UTF-16, little-endian", "read as UTF-16, big-endian", "lines that end in CR alone were parted"}

// minText is how much must be there to tell UTF-16 without its mark.
const minText = 16

// encodingOf tells how a text is written by its first bytes.
func encodingOf(head []byte) encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return utf16LE
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16BE
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return utf8BOM
	}
	some := head[:min(len(head), 4<<10)&^1]
	var zero [2]int
	for i, c := range some {
		if c == 0 {
			zero[i&1]++
		}
	}
	half := len(some) / 2
	switch {
	case len(some) < minText:
	case zero[1] > half*3/4 && zero[0] < half/16+1:
		return utf16LE
	case zero[0] > half*3/4 && zero[1] < half/16+1:
		return utf16BE
	case bytes.IndexByte(head, '\n') < 0 && bytes.Count(some, []byte{'\r'}) > len(some)/maxColumns:
		return crText
	}
	return utf8Text
}

// maxColumns is the longest that lines are on average which end in CR alone: a
// progress bar is written over and over too.
const maxColumns = 1 << 10

// binary reports whether bytes are no text: a capture, or a picture. NUL bytes of
// UTF-16 stand in every second place; a few may stand in any log.
func binary(head []byte) bool {
	if what, _ := Named(head); what != "" {
		return true
	}
	if len(head) < 4 {
		return false
	}
	switch string(head[:4]) {
	case "\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x0a\x0d\x0d\x0a": // pcap, pcapng
		return true
	}
	return false
}

// decoder makes UTF-8 of another encoding.
type decoder struct {
	r     io.Reader
	as    encoding
	buf   [32 << 10]byte
	kept  int // bytes in buf that are not decoded yet
	high  rune
	out   []byte
	some  bool // the first characters were seen
	bytes bool // what is read is no UTF-16, though it stands behind some
	err   error
}

func (d *decoder) Read(b []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		var n int
		n, d.err = d.r.Read(d.buf[d.kept:])
		d.decode(d.buf[:d.kept+n])
	}
	n := copy(b, d.out)
	d.out = d.out[n:]
	return n, nil
}

var mark = []byte("\ufeff")

func (d *decoder) decode(b []byte) {
	d.kept, d.out = 0, d.out[:0]
	switch d.as {
	case utf16LE, utf16BE:
		b = d.units(b)
		if d.err == nil {
			d.kept = copy(d.buf[:], b)
		}
	case crText:
		d.out = append(d.out, bytes.ReplaceAll(b, []byte{'\r'}, []byte{'\n'})...)
	default:
		if !d.some && len(b) < len(mark) && d.err == nil {
			d.kept = len(b)
			return
		}
		d.out = append(d.out, b...)
	}
	if !d.some && len(d.out) > 0 {
		d.some, d.out = true, bytes.TrimPrefix(d.out, mark)
	}
}

// units takes units of UTF-16, and lines of bytes where another program wrote some
// behind them. It gives back what cannot be told yet.
func (d *decoder) units(b []byte) []byte {
	for len(b) > 1 {
		if len(b) < minText && d.err == nil {
			return b
		}
		lo, hi := b[0], b[1]
		if d.as == utf16BE {
			lo, hi = hi, lo
		}
		if d.bytes = hi != 0 && (d.bytes && lo != 0 || plainBytes(b)); d.bytes {
			n := bytes.IndexByte(b, '\n') + 1
			if n == 0 {
				n = len(b) - 1
			}
			d.out, b = append(d.out, b[:n]...), b[n:]
			continue
		}
		d.unit(rune(hi)<<8 | rune(lo))
		b = b[2:]
	}
	if d.bytes && d.err != nil {
		d.out, b = append(d.out, b...), nil
	}
	return b
}

// plainBytes reports whether some bytes are characters of ASCII each: as units of
// UTF-16 they would be as many ideographs of one kind.
func plainBytes(b []byte) bool {
	if len(b) < minText {
		return false
	}
	for _, c := range b[:minText] {
		if (c < ' ' || c > '~') && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// unit takes one unit of UTF-16.
func (d *decoder) unit(u rune) {
	switch {
	case u >= 0xd800 && u < 0xdc00:
		d.high = u
		return
	case d.high != 0:
		u = utf16.DecodeRune(d.high, u)
		d.high = 0
	}
	d.out = utf8.AppendRune(d.out, u)
}
