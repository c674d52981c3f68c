package diagnose

import (
	"time"

	"syncscope/capture/event"
)

// zones are the offsets, in minutes east of UTC, that an abbreviation may
// mean. A Manager prints no more than the letters of its zone, and several
// countries use the same: who reads them must try each.
var zones = map[string][]int{
	"UTC": {0}, "GMT": {0}, "Z": {0}, "WET": {0}, "KST": {540}, "JST": {540}, "SGT": {480}, "HKT": {480}, "PHT": {480}, "AWST": {480},
	"PST": {-480}, "PDT": {-420}, "MST": {-420}, "MDT": {-360}, "CST": {-360, 480, -300}, "CDT": {-300, -240}, "EST": {-300}, "EDT": {-240},
	"AKST": {-540}, "AKDT": {-480}, "HST": {-600}, "BRT": {-180}, "ART": {-180}, "IST": {330, 120, 60}, "IDT": {180}, "PKT": {300},
	"BST": {60, 360}, "CET": {60}, "CEST": {120}, "WEST": {60}, "EET": {120}, "EEST": {180}, "MSK": {180}, "SAST": {120}, "GST": {240},
	"ACST": {570}, "ACDT": {630}, "AEST": {600}, "AEDT": {660}, "NZST": {720}, "NZDT": {780}, "WIB": {420}, "ICT": {420}, "NPT": {345},
}

// apart is b minus a, a on the Manager's clock with the zone's letters, b on
// the SSM's, which is east of UTC by east. Every meaning of the letters is
// tried, and the smallest distance given. A year that one side does not print
// is left out of account. ok is false where a moment has no date or the
// letters are not known: then only gap can compare them.
func apart(a event.When, zone string, b event.When, east time.Duration) (d time.Duration, ok bool) {
	offsets := zones[zone]
	if len(offsets) == 0 || a.Time.IsZero() || b.Time.IsZero() || !a.Dated {
		return 0, false
	}
	there := yearless(b.Time)
	if !b.Zoned {
		there = there.Add(-east)
	}
	for i, min := range offsets {
		one := there.Sub(yearless(a.Time).Add(-time.Duration(min) * time.Minute))
		if i == 0 || one.Abs() < d.Abs() {
			d = one
		}
	}
	return d, true
}

// yearless moves a moment into year 0, as syslog prints it.
func yearless(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(0, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}
