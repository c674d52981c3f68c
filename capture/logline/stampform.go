package logline

import (
	"bytes"
	"time"
)

// stampForm is how a stamp in front of a line is written.
type stampForm uint8

const (
	noStamp stampForm = iota
	rfc3164           // "Jan 13 11:14:46", with a fraction or without: no year, no zone
	rfc3339           // "2023-01-13T11:14:46.123456+00:00", "…Z", "…+0000"
	local             // the same without a zone, or with a year in RFC 3164's form
	spelled           // "Fri 2023-01-13 11:14:46 UTC", as journalctl has it
	epoch             // "1689240000.123456"
)

// stampShape tells by its form alone whether a stamp begins b, and where it ends.
func stampShape(b []byte) (form stampForm, end int) {
	if len(b) < 16 {
		return noStamp, 0
	}
	switch c := b[0]; {
	case c >= 'A' && c <= 'Z' && b[3] == ' ':
		return letterShape(b)
	case c-'0' > 9:
	case b[4] == '-' && b[10] == 'T':
		return isoShape(b)
	case b[10] == '.' && digits(b[:10]) && digits(b[11:16]):
		n := 16
		for n < len(b) && b[n]-'0' <= 9 {
			n++
		}
		if n < len(b) && b[n] == ' ' && c == '1' {
			return epoch, n
		}
	}
	return noStamp, 0
}

// isoShape reads the forms of ISO 8601 with a T.
func isoShape(b []byte) (stampForm, int) {
	if len(b) < 20 || b[7] != '-' || !digits(b[:4]) || !digits(b[5:7]) || !digits(b[8:10]) || !clockShape(b[11:]) {
		return noStamp, 0
	}
	at, form := 19+fractionLen(b[19:]), local
	switch {
	case at < len(b) && b[at] == 'Z':
		at, form = at+1, rfc3339
	case at+5 <= len(b) && (b[at] == '+' || b[at] == '-') && digits(b[at+1:at+3]):
		form = rfc3339
		if at += 3; b[at] == ':' {
			at++
		}
		if at+2 > len(b) || !digits(b[at:at+2]) {
			return noStamp, 0
		}
		at += 2
	}
	if at >= len(b) || b[at] != ' ' && b[at] != '\t' && (b[at] != ']' && b[at] != '#') {
		return noStamp, 0
	}
	return form, at
}

// letterShape reads "Jan 13 11:14:46", with a year behind the day, with a fraction,
// and "Fri 2023-01-13 11:14:46 UTC".
func letterShape(b []byte) (stampForm, int) {
	if b[8] == '-' && b[11] == '-' && len(b) > 24 && digits(b[4:8]) && b[14] == ' ' && clockShape(b[15:]) {
		at := 23 + fractionLen(b[23:])
		if at < len(b) && b[at] == ' ' {
			zone := at + 1
			for zone < len(b) && b[zone] >= 'A' && b[zone] <= 'Z' {
				zone++
			}
			if zone > at+2 && zone < len(b) && b[zone] == ' ' {
				return spelled, zone
			}
		}
		return noStamp, 0
	}
	if _, ok := month(b[:3]); !ok || b[5]-'0' > 9 || b[4] != ' ' && b[4]-'0' > 9 || b[6] != ' ' {
		return noStamp, 0
	}
	at, form := 7, rfc3164
	if len(b) > 21 && digits(b[7:11]) && b[11] == ' ' {
		at, form = 12, local
	}
	if len(b) < at+9 || !clockShape(b[at:]) {
		return noStamp, 0
	}
	if at += 8 + fractionLen(b[at+8:]); at >= len(b) || b[at] != ' ' {
		return noStamp, 0
	}
	return form, at
}

// clockShape reports whether b begins with a time of day.
func clockShape(b []byte) bool {
	return len(b) >= 8 && b[2] == ':' && b[5] == ':' && digits(b[:2]) && digits(b[3:5]) && digits(b[6:8]) &&
		(b[0] < '2' || b[0] == '2' && b[1] < '4') && b[3] < '6' && b[6] < '7'
}

// fractionLen is the length of a second's fraction, with its sign.
func fractionLen(b []byte) int {
	if len(b) < 2 || b[0] != '.' && b[0] != ',' {
		return 0
	}
	n := 1
	for n < len(b) && n < 10 && b[n]-'0' <= 9 {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}

// stamp reads the envelope's time, and gives it as printed; noStamp: it has none, or
// one that cannot be.
func (env *envelope) stamp() (time.Time, []byte, stampForm) {
	text := env.line[env.stampAt:env.stampTo]
	switch env.form {
	case noStamp:
		return time.Time{}, nil, noStamp
	case epoch:
		sec, _ := number(text[:10])
		return time.Unix(int64(sec), 0).UTC().Add(fractionOf(text[10:])), text, epoch
	case rfc3164:
		return letters(text, text[7:], 0), text, rfc3164
	case local, rfc3339:
		if text[3] == ' ' {
			year, _ := number(text[7:11])
			return letters(text, text[12:], year), text, local
		}
		at, zone := date(text), text[19+fractionLen(text[19:]):]
		return at.Add(-offset(zone)), text, env.form
	}
	at := date(text[4:])
	if utcNames[string(text[bytes.LastIndexByte(text, ' ')+1:])] {
		return at, text, rfc3339
	}
	return at, text, local
}

// letters reads "Jan 13" and the time of day that stands in clock.
func letters(b, clock []byte, year int) time.Time {
	m, _ := month(b[:3])
	d, _ := number(bytes.TrimLeft(b[4:6], " "))
	return time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Add(ofDay(clock))
}

// date reads "2023-01-13?11:14:46.123".
func date(b []byte) time.Time {
	y, _ := number(b[:4])
	m, _ := number(b[5:7])
	d, _ := number(b[8:10])
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Add(ofDay(b[11:]))
}

func ofDay(b []byte) time.Duration {
	h, _ := number(b[:2])
	m, _ := number(b[3:5])
	s, _ := number(b[6:8])
	return time.Duration(h*3600+m*60+s)*time.Second + fractionOf(b[8:])
}

func fractionOf(b []byte) time.Duration {
	n, unit := time.Duration(0), time.Second
	for i := 1; i < fractionLen(b); i++ {
		unit /= 10
		n += time.Duration(b[i]-'0') * unit
	}
	return n
}

// offset reads "+05:30", "+0530" and "Z".
func offset(b []byte) time.Duration {
	if len(b) < 5 {
		return 0
	}
	h, _ := number(b[1:3])
	m, _ := number(b[len(b)-2:])
	d := time.Duration(h*60+m) * time.Minute
	if b[0] == '-' {
		return -d
	}
	return d
}
