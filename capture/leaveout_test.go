package capture_test

import (
	"os"
	"strings"
	"testing"

	"syncscope/capture/event"
)

// session is one connection of a capture, whole.
type session struct {
	name  string
	list  []shot
	owner map[int]event.Connection
}

// sessions are the connections of our own captures.
func sessions(t testing.TB) (out []session) {
	t.Helper()
	for _, name := range append(captures("../../shared/cases"), captures(corpus+"missing")...) {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		list := shots(f)
		_ = f.Close()                      // read only
		if strings.Contains(name, "128") { // of these even the whole is cut
			continue
		}
		if len(list) == 0 {
			continue
		}
		for _, c := range ends(asPcap(list, 1<<20)) {
			s := session{name: name, owner: map[int]event.Connection{}}
			for _, at := range c.all {
				s.list = append(s.list, list[at])
				s.owner[at] = c.Connection
			}
			if len(s.list) > 0 && len(s.list) <= 64 {
				out = append(out, s)
			}
		}
	}
	return out
}

// FuzzLeaveOut: whichever packets of a session are missing, wherever they are cut,
// as bytes and as text, nothing is said that the whole session contradicts. But for who
// closed first: of two FINs that cross on the way, the one that is left out leaves no
// trace where what acknowledges it is, too.
func FuzzLeaveOut(f *testing.F) {
	all := sessions(f)
	if len(all) == 0 {
		f.Skip("../shared/corpus is not beside this checkout")
	}
	for i := range all {
		f.Add(uint16(i), uint64(1)<<(i%40), uint16(54+i))
		f.Add(uint16(i), uint64(0x0101010101010101)<<(i%7), uint16(1500))
		f.Add(uint16(i), ^uint64(0)<<(i%20), uint16(128))
		f.Add(uint16(i), uint64(0x5a5a_a5a5_3c3c_c3c3)>>(i%11), uint16(200+i))
	}
	f.Fuzz(func(t *testing.T, which uint16, without uint64, snap uint16) {
		s := all[int(which)%len(all)]
		var part []shot
		for i, p := range s.list {
			if without>>i&1 == 0 {
				part = append(part, p)
			}
		}
		cut := max(54, int(snap)%1600)
		for _, what := range compare(part, s.owner, func(l []shot) []byte { return asPcap(l, cut) }) {
			if strings.HasPrefix(what, "first FIN") {
				continue
			}
			t.Errorf("%s without %x, cut at %d: %s", s.name, without, cut, what)
		}
		for _, what := range compare(part, s.owner, asText) {
			if strings.HasPrefix(what, "first FIN") {
				continue
			}
			t.Errorf("%s without %x, as text: %s", s.name, without, what)
		}
	})
}
