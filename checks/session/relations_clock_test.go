package session_test

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

var clientID = regexp.MustCompile(`client_id=([\w-]{20,})`)

// showsOnePair reports whether both logs of a case show a sign-in with the same
// client ID: without one, and without date samples, which saved files have not,
// nothing tells a clock that is off from logs of different moments.
func showsOnePair(f *fault) bool {
	ids := map[string]int{}
	for _, x := range f.files {
		for i, of := range []func(string) bool{isManagerLog, isMessages} {
			for _, m := range clientID.FindAllSubmatch(x.data, -1) {
				if of(x.name) {
					ids[string(m[1])] |= 1 << i
				}
			}
		}
	}
	for _, logs := range ids {
		if logs == 3 {
			return true
		}
	}
	return false
}

// shiftPaired and shiftAlone set the clock of cases off that show a pair, and of
// the others.
func shiftPaired(f *fault) []variant {
	if !showsOnePair(f) {
		return nil
	}
	return shiftClock(f)
}

func shiftAlone(f *fault) []variant {
	if showsOnePair(f) {
		return nil
	}
	return shiftClock(f)
}

// shiftClock sets one host's clock off: every stamp of the Manager's log and
// of the listings, which it prints, or every stamp of the SSM's log. Saved
// files hold no date samples that the program reads; those go with the run over
// SSH that measures them.
func shiftClock(f *fault) (out []variant) {
	hosts := []struct {
		name string
		of   func(string) bool
	}{{"Manager", func(name string) bool { return isManagerLog(name) || isListing(name) }}, {"SSM", isMessages}}
	for _, host := range hosts {
		if !f.has(host.of) {
			continue
		}
		for _, d := range []time.Duration{time.Second, 47 * time.Second, 433 * time.Second, 3 * time.Hour, 26 * time.Hour} {
			for _, d := range []time.Duration{d, -d} {
				out = append(out, variant{fmt.Sprintf("the %s's clock %s off", host.name, d), asText, func() []file {
					files := f.in(asText)
					for i, x := range files {
						if host.of(x.name) {
							files[i].data = shiftStamps(x, d)
						}
					}
					return files
				}})
			}
		}
	}
	return out
}

// zoneLetters are letters that one zone alone has, in hours east of UTC.
var zoneLetters = []struct {
	letters string
	east    float64
}{{"UTC", 0}, {"GMT", 0}, {"KST", 9}, {"JST", 9}, {"SGT", 8}, {"MSK", 3}, {"NPT", 5.75}, {"CET", 1}, {"HST", -10}, {"PDT", -7}}

// eastOf are the zones of the cases' Managers; IST is India's in them.
var eastOf = map[string]float64{"UTC": 0, "KST": 9, "IST": 5.5, "PST": -8, "PDT": -7}

var zoneShown = regexp.MustCompile(`^(\d\d-[A-Z][a-z]+-\d{4} \d\d:\d\d:\d\d,\d{3}) ([A-Z]{3,4})`)

// changeZone prints the moments of the Manager's log in another zone.
func changeZone(f *fault) (out []variant) {
	all := f.in(asText)
	at := slices.IndexFunc(all, func(x file) bool { return isManagerLog(x.name) && zoneShown.Match(x.data) })
	if at < 0 {
		return nil
	}
	letters := string(zoneShown.FindSubmatch(all[at].data)[2])
	east, known := eastOf[letters]
	for _, z := range zoneLetters {
		if !known || z.letters == letters {
			continue
		}
		d := time.Duration((z.east - east) * float64(time.Hour))
		out = append(out, variant{letters + " written as " + z.letters, asText, func() []file {
			files := f.in(asText)
			for i, x := range files {
				if isManagerLog(x.name) {
					files[i].data = inZone(x, d, letters, z.letters)
				}
			}
			return files
		}})
	}
	return out
}

// inZone moves the stamps of a Manager's log and gives them other letters.
func inZone(x file, d time.Duration, from, to string) []byte {
	ls := splitLines(shiftStamps(x, d))
	for i, l := range ls {
		if m := zoneShown.FindSubmatch(l); m != nil && string(m[2]) == from {
			ls[i] = zoneShown.ReplaceAll(l, []byte("$1 "+to))
		}
	}
	return joinLines(ls)
}
