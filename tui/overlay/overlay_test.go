package overlay

import (
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/keys"
)

// What was typed is in no buffer once it was handed over or given up.
func TestQuestionKeepsNothing(t *testing.T) {
	for _, end := range []string{"enter", "esc"} {
		l := &typist{}
		in, q := scene(), NewQuestion(view.Prompt{ID: 3, Text: "Password:"})
		in.Login = l
		q.Paste("se")
		press(in, q, "c", "r", "x", "backspace", "e", "t")
		if strings.Contains(inText(in, q), "secret") {
			t.Error("it is on the screen")
		}
		a := press(in, q, end)
		a.Cmd()
		if want := map[string]string{"enter": "secret"}[end]; !a.Close || a.Answered != 3 || l.value != want || l.ok != (end == "enter") {
			t.Errorf("%s: answered %q, %v: %+v", end, l.value, l.ok, a)
		}
		for _, b := range q.typed[:cap(q.typed)] {
			if b != 0 {
				t.Fatalf("%s: it is kept", end)
			}
		}
		if again := press(in, q, "enter"); again.Cmd != nil {
			t.Errorf("%s: answered twice", end)
		}
	}
}

type typist struct {
	value string
	ok    bool
}

func (l *typist) Answer(_ int, value []byte, ok bool) error {
	l.value, l.ok = string(value), ok
	return nil
}

func (l *typist) Retry() error { return nil }

// Every row of the key map that is of use is found by its own words, as the first.
func TestPaletteFindsEveryKey(t *testing.T) {
	for _, state := range []keys.State{0, ^keys.State(0)} {
		in := scene()
		in.State = state
		for _, task := range keys.Map {
			for _, b := range task.Keys {
				if b.Action == keys.Evidence || b.Action == keys.Commands || !b.OfUse(state) {
					continue
				}
				p := NewPalette()
				p.Paste(b.Does[:min(len(b.Does), maxCommand)])
				if a := press(in, p, "enter"); a.Do != b.Action || a.With != b.Keys[0] || !a.Close {
					t.Errorf("%q leads to %+v", b.Does, a)
				}
			}
		}
	}
}

// A number is evidence, a time a time; where nothing is found enter does nothing.
func TestPaletteTakesNumbersAndTimes(t *testing.T) {
	in := scene()
	in.State = keys.HasEvidence
	in.Update.Evidence = []checks.Evidence{{Number: 5, Says: "refused"}}
	for typed, want := range map[string]Action{
		"5": {Close: true, Do: keys.Evidence, With: "5"}, "17:29": {Close: true, Do: keys.GoToTime, With: "17:29"}, "no such thing": {},
	} {
		p := NewPalette()
		p.Paste(typed)
		if a := press(in, p, "enter"); a.Do != want.Do || a.With != want.With || a.Close != want.Close {
			t.Errorf("%s: %+v", typed, a)
		}
	}
}

// A page passes on what it has no use for.
func TestPagesPassKeysOn(t *testing.T) {
	in := scene()
	for _, o := range []Overlay{&Help{}, &Checks{}, &Steps{}, &Detail{}, &Runbook{}, NewMessage("x", nil)} {
		for _, k := range []string{"q", "esc", "y", "?"} {
			if a := press(in, o, k); !a.Pass {
				t.Errorf("%T takes %s", o, k)
			}
		}
	}
}
