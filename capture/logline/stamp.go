package logline

import (
	"bytes"
	"time"
)

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// month reads "Jan" or "January".
func month(b []byte) (time.Month, bool) {
	if len(b) < 3 || len(b) > 9 {
		return 0, false
	}
	x, y, z := b[0]|0x20, b[1]|0x20, b[2]|0x20
	for i := 0; i < len(months); i += 3 {
		if months[i] == x && months[i+1] == y && months[i+2] == z {
			return time.Month(i/3 + 1), true
		}
	}
	return 0, false
}

// number reads b as digits only.
func number(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 15 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// clock reads HH:MM:SS with ,mmm or .ffffff behind it.
func clock(b []byte) (time.Duration, bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, false
	}
	h, ok1 := number(b[:2])
	m, ok2 := number(b[3:5])
	s, ok3 := number(b[6:8])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	if len(b) > 9 && (b[8] == ',' || b[8] == '.') {
		unit := time.Second
		for _, c := range b[9:] {
			if c < '0' || c > '9' {
				return 0, false
			}
			unit /= 10
			d += time.Duration(c-'0') * unit
		}
	} else if len(b) > 8 {
		return 0, false
	}
	return d, true
}

// utcNames are the zone abbreviations that mean one offset only.
var utcNames = map[string]bool{"UTC": true, "GMT": true, "Z": true}

// managerStamp reads "13-Jan-2023 17:29:03,490 IST". Other abbreviations than
// UTC's are ambiguous (IST is three zones): Time is then the wall clock.
func (p *Parser) managerStamp(fields [][]byte) (Stamp, bool) {
	day := bytes.Split(fields[0], []byte("-"))
	if len(day) != 3 {
		return Stamp{}, false
	}
	d, ok1 := number(day[0])
	m, ok2 := month(day[1])
	y, ok3 := number(day[2])
	c, ok4 := clock(fields[1])
	if !ok1 || !ok2 || !ok3 || !ok4 || len(day[2]) != 4 {
		return Stamp{}, false
	}
	zone := string(p.text(fields[2]).String())
	return Stamp{
		Text: p.text(bytes.Join(fields[1:3], []byte(" "))), Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Add(c),
		Dated: true, Zoned: utcNames[zone], Zone: zone,
	}, true
}

// stampOf is an envelope's time. RFC 3164 prints no year and no zone: the year is
// left at 0, and within one log only differences count.
func (p *Parser) stampOf(env *envelope) Stamp {
	at, text, form := env.stamp()
	if form == noStamp {
		return Stamp{}
	}
	st := Stamp{Time: at, Dated: form != rfc3164, Zoned: form == rfc3339 || form == epoch}
	if i := bytes.IndexByte(text, ':'); i >= 2 { // without the date
		text = text[i-2:]
	}
	st.Text = p.text(text)
	return st
}

// accessStamp reads nginx's "13/Jan/2023:11:17:01 +0000", whose zone is sure.
func (p *programs) accessStamp(b []byte) Stamp {
	t, err := time.Parse("02/Jan/2006:15:04:05 -0700", string(b))
	if err != nil {
		return Stamp{}
	}
	return Stamp{Text: p.text(b), Time: t, Dated: true, Zoned: true}
}
