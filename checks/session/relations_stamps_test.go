package session_test

import (
	"bytes"
	"regexp"
	"strconv"
	"time"
)

// stamp is one form of a time in a log: where it stands, and its layout.
type stamp struct {
	at     *regexp.Regexp
	layout string
}

// The stamps of the Manager's log, of the SSM's (of syslog, and of each program
// in it), and of a listing.
var (
	managerStamps = []stamp{
		{regexp.MustCompile(`^\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d,\d{3}`), "02-Jan-2006 15:04:05,000"},
		{regexp.MustCompile(`^\d\d-[A-Z][a-z]{3,}-\d{4} \d\d:\d\d:\d\d,\d{3}`), "02-January-2006 15:04:05,000"},
	}
	ssmStamps = []stamp{
		{regexp.MustCompile(`^[A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d`), time.Stamp},
		{regexp.MustCompile(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d`), "02/Jan/2006:15:04:05"},
		{regexp.MustCompile(`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d`), "2006/01/02 15:04:05"},
		{regexp.MustCompile(`\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}`), "02 Jan 2006 15:04:05.000"},
		{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`), "2006-01-02T15:04:05"},
		{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`), time.DateTime},
	}
	listingStamps = []stamp{{regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{6}`), "15:04:05.000000"}}
)

// stampsOf are the stamps that a file may have, and whose clock they show; nil:
// it has none.
func stampsOf(name string) []stamp {
	switch {
	case isManagerLog(name):
		return managerStamps
	case isMessages(name):
		return ssmStamps
	case isListing(name):
		return listingStamps
	}
	return nil
}

// mapStamps changes every stamp of a line. A year that a stamp does not print
// is the one given, so that a February has its days.
func mapStamps(line []byte, stamps []stamp, year int, change func(time.Time) time.Time) []byte {
	for _, s := range stamps {
		line = s.at.ReplaceAllFunc(line, func(text []byte) []byte {
			layout, printed := s.layout, string(text)
			if layout == time.Stamp {
				layout, printed = "2006 "+layout, strconv.Itoa(year)+" "+printed
			}
			t, err := time.Parse(layout, printed)
			if err != nil {
				return text
			}
			return change(t).AppendFormat(nil, s.layout)
		})
	}
	return line
}

// shiftStamps shifts every stamp of a file.
func shiftStamps(x file, d time.Duration) []byte {
	ls, year := splitLines(x.data), yearOf(x.data)
	for i, l := range ls {
		ls[i] = mapStamps(l, stampsOf(x.name), year, func(t time.Time) time.Time { return t.Add(d) })
	}
	return joinLines(ls)
}

var fourDigits = regexp.MustCompile(`\b20[0-3]\d\b`)

// yearOf is the year that a log's lines are of.
func yearOf(data []byte) int {
	year, err := strconv.Atoi(string(fourDigits.Find(data)))
	if err != nil {
		return 2025
	}
	return year
}

// firstTime is the time of the first line of a log that has one at its beginning.
func firstTime(x file) (first time.Time, ok bool) {
	for _, l := range splitLines(x.data) {
		if t, ok := lineTime(l, stampsOf(x.name), yearOf(x.data)); ok {
			return t, true
		}
	}
	return first, false
}

// lineTime is the time at a line's beginning.
func lineTime(line []byte, stamps []stamp, year int) (at time.Time, ok bool) {
	for _, s := range stamps {
		if loc := s.at.FindIndex(line); loc != nil && loc[0] == 0 {
			mapStamps(bytes.Clone(line[:loc[1]]), []stamp{s}, year, func(t time.Time) time.Time {
				at, ok = t, true
				return t
			})
			return at, ok
		}
	}
	return at, false
}
