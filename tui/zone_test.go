package tui

import (
	"strings"
	"testing"
)

// Where no zone is known, Z puts all panes on the Manager's clock, on which what
// both logs show of one request stands together; again leads back.
func TestOneClockWithoutAZone(t *testing.T) {
	m := screen(t, Options{}, 200, 60, replayed(t, false))
	before := bare(m)
	press(m, "Z")
	text := bare(m)
	if strings.Count(text, "one clock: the Manager's") != 3 || !strings.Contains(text, "  16:49:54     rails   POST /oauth/token 403") && !strings.Contains(text, "2 16:49:54     rails") {
		t.Errorf("not all panes are on one clock:\n%s", text)
	}
	if l := m.panes.rows(ssmPane); !l.SeekStamp("16:49:54") || l.Current().When().Time.Hour() != 11 {
		t.Error("a time as it is shown is not found")
	}
	m.panes.rows(ssmPane).Follow()
	press(m, "Z")
	m.flash = ""
	if m.panes.clocks.zone != printed || bare(m) != before {
		t.Errorf("Z does not lead back:\n%s", bare(m))
	}
}
