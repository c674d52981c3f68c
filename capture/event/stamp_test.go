package event

import (
	"testing"
	"time"

	"syncscope/capture/redact"
)

// slowly is a packet's texts that count how often they are made.
type slowly struct{ made, lines int }

func (s *slowly) Words() (line, stamp redact.Text) {
	s.lines++
	return redact.Literal("the line"), s.Stamp()
}

func (s *slowly) Stamp() redact.Text {
	s.made++
	return redact.Literal("12:15:06.407183")
}

// A stamp that is not made yet reads as the same one made, whoever asks and
// however it was copied; nothing else tells whether it is.
func TestAStampIsMadeWhenItIsRead(t *testing.T) {
	l := &slowly{}
	m := Meta{At: When{Time: time.Unix(1, 0), Dated: true}}
	m.Postpone(l)
	w := m.When()
	if l.made != 0 {
		t.Error("made before anybody asked")
	}
	made := w.Made()
	if l.lines != 0 {
		t.Error("a line is made for its stamp")
	}
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
