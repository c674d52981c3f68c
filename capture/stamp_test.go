package capture

import (
	"testing"
	"time"

	"syncscope/capture/redact"
)

// slowly is a packet's texts that count how often they are made.
type slowly struct{ made int }

func (s *slowly) words() (line, stamp redact.Text) {
	s.made++
	return redact.Literal("the line"), redact.Literal("12:15:06.407183")
}

// A stamp that is not made yet reads as the same one made, whoever asks and
// however it was copied; nothing else tells whether it is.
func TestAStampIsMadeWhenItIsRead(t *testing.T) {
	l := &slowly{}
	m := Meta{At: When{Time: time.Unix(1, 0), Dated: true}}
	m.postpone(l)
	w := m.When()
	if l.made != 0 {
		t.Error("made before anybody asked")
	}
	made := w.Made()
	if got, want := w.Text.String(), "12:15:06.407183"; got != want || made.Text.String() != want || m.Cited().At.Text.String() != want {
		t.Errorf("%q, made %q, cited %q", got, made.Text, m.Cited().At.Text)
	}
	before := l.made
	if _ = made.Text.String(); l.made != before || made.Time != w.Time || !made.Dated {
		t.Error("what was made is made again, or is another moment")
	}
	if (When{}).Made().Text.String() != "" {
		t.Error("a source that prints no stamp has one")
	}
}

// A listing's epoch (-tt) is UTC; its dates (-tttt) are of a zone that nobody
// prints, and a time of day has neither.
func TestWhatAListingsStampIsSureOf(t *testing.T) {
	for stamp, want := range map[string]When{
		"1673612106.407183":          {Dated: true, Zoned: true},
		"2023-01-13 12:15:06.407183": {Dated: true},
		"12:15:06.407183":            {},
	} {
		var got []When
		d := NewDecoder(Source{ID: 1}, redact.New(), func(ev Event) { got = append(got, ev.When()) })
		_, _ = d.Write([]byte(stamp + " IP 192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, length 0\n")) // it never fails
		if err := d.Close(); err != nil || len(got) == 0 {
			t.Fatalf("%s: %v, %d events", stamp, err, len(got))
		}
		if got[0].Dated != want.Dated || got[0].Zoned != want.Zoned || got[0].Time.Minute() != 15 {
			t.Errorf("%s: %+v", stamp, got[0])
		}
	}
}
