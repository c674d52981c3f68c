package overlay

import (
	"slices"
	"testing"

	"syncscope/checks/view"
)

func earlierRuns() []view.Fields {
	return []view.Fields{{view.FormSSM: "a@one"}, {view.FormSSM: "a@two"}, {view.FormSSM: "a@three"}}
}

// An earlier run is removed for good, the others stay; without any, one stands in
// a field.
func TestFormForgets(t *testing.T) {
	h := &hosts{recent: earlierRuns()}
	in, p := form(t, h)
	answer(t, in, p, press(in, p, "down", "ctrl+x").Cmd)
	if want := []view.Fields{earlierRuns()[0], earlierRuns()[2]}; !slices.Equal(h.recent, want) || !slices.Equal(p.offer.Recent, want) {
		t.Errorf("%v", h.recent)
	}
	for len(p.offer.Recent) > 0 {
		for p.earlier() == nil {
			press(in, p, "up")
		}
		answer(t, in, p, press(in, p, "ctrl+x").Cmd)
	}
	if p.at < 0 {
		t.Errorf("one stands at %d of none", p.at)
	}
}

// ctrl+n goes through what is offered, in a list by itself.
func TestFormOffersInTurn(t *testing.T) {
	in, p := form(t, &hosts{})
	p.Paste("a@b, ")
	for _, want := range []string{"a@b, one", "a@b, two", "a@b, one"} {
		if press(in, p, "ctrl+n"); p.text[p.at] != want {
			t.Errorf("%q, want %q", p.text[p.at], want)
		}
	}
}

// Escapes that are pasted do not become part of a field.
func TestFormTakesNoControls(t *testing.T) {
	_, p := form(t, &hosts{})
	p.Paste("a\x1b[31m\n\u202eb")
	if got := p.text[view.FormManagers]; got != "a[31mb" {
		t.Errorf("%q", got)
	}
}

// What is wrong brings the form to that field, and asks for nothing; a text that
// cannot be seen is not kept to be mended.
func TestFormGoesToWhatIsWrong(t *testing.T) {
	h := &hosts{wrong: view.Fields{view.FormSince: "no time", view.FormJump: "no host"}}
	in, p := form(t, h)
	in.FormShown = func(i int, text string) int { return len(text) * map[bool]int{true: 0, false: 1}[i == view.FormJump] }
	p.Paste("typed")
	p.text[view.FormJump] = "a:secret@b"
	a := answer(t, in, p, press(in, p, "enter").Cmd)
	if a.Begin || a.Close || p.at != view.FormJump || p.text[view.FormJump] != "" || p.text[view.FormManagers] != "typed" {
		t.Errorf("%+v at %d: %q", a, p.at, p.text)
	}
}

// enter begins the run, ctrl+t a test; a form that is gone takes no answer.
func TestFormBeginsOrTests(t *testing.T) {
	h := &hosts{tests: make(chan view.Update, 1)}
	in, p := form(t, h)
	p.Paste("a@one")
	a := press(in, p, "enter")
	if again := press(in, p, "enter"); again.Cmd != nil {
		t.Error("a second enter asks again")
	}
	if a := answer(t, in, p, a.Cmd); !a.Begin || !a.Close || h.taken[view.FormManagers] != "a@one" {
		t.Errorf("%+v of %q", a, h.taken)
	}
	if a = answer(t, in, p, press(in, p, "ctrl+t").Cmd); a.Open == nil || a.Begin {
		t.Errorf("%+v", a)
	}
	in.Place = Gone
	if a := p.Receive(in, view.Fields{}); a.Begin {
		t.Error("a form that is gone begins a run")
	}
}

// A test shows what comes, ends its logins by itself, and gives the screen back
// as it was; one that was left ends what began meanwhile.
func TestTryIsLeft(t *testing.T) {
	for _, over := range []bool{true, false} {
		h := &hosts{tests: make(chan view.Update, 1)}
		in, p := form(t, h)
		p.Paste("a@one")
		opened := answer(t, in, p, press(in, p, "ctrl+t").Cmd)
		try := opened.Open.(*Try)
		a := answer(t, in, try, opened.Cmd)
		if a.Attach == nil {
			t.Fatal("nobody can be asked")
		}
		h.tests <- view.Update{Checking: true}
		a = answer(t, in, try, a.Cmd)
		if a.Shown == nil || !a.Shown.Checking {
			t.Errorf("shown: %+v", a.Shown)
		}
		if over {
			close(h.tests)
			if a = answer(t, in, try, a.Cmd); a.Cmd() != nil || h.stops != 1 {
				t.Errorf("stopped %d times", h.stops)
			}
		}
		a = press(in, try, "q")
		if !a.Close || a.Attach == nil || a.Attach.Login != nil || a.Shown == nil || a.Shown.Checking || over != (a.Cmd == nil) {
			t.Errorf("over %v: %+v", over, a)
		}
	}
	in, try := scene(), &Try{}
	in.Place = Gone
	h := &hosts{}
	run, _ := h.Try()
	if a := try.Receive(in, began{run: run}); a.Attach != nil || a.Cmd() != nil || h.stops != 1 {
		t.Errorf("a test that was left goes on: %+v, stopped %d times", a, h.stops)
	}
}
