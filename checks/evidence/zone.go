package evidence

import "time"

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

// Meanings are the offsets from UTC that a zone's letters may stand for; none:
// the letters are not known.
func Meanings(letters string) []time.Duration {
	var out []time.Duration
	for _, minutes := range zones[letters] {
		out = append(out, time.Duration(minutes)*time.Minute)
	}
	return out
}

// meaning is the first of them; 0: none is known.
func meaning(letters string) time.Duration {
	for _, d := range Meanings(letters) {
		return d
	}
	return 0
}

// zoneStep is the grid that the offsets of all zones lie on.
const zoneStep = 15 * time.Minute

// Grid is the offset between two zones that is nearest to d.
func Grid(d time.Duration) time.Duration { return d.Round(zoneStep) }
