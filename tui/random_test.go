//go:build unix

package tui

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks/session"
	"syncscope/checks/view"
)

// How many keys are pressed at random, and how many of them in one run.
const (
	randomKeys     = 20_000
	randomKeysLong = 100_000
	keysOfARun     = 1_000
)

// Keys at random while the hosts are in random states, links are cut and come
// back, and the run ends: no panic, no hang. The form too.
func TestRandomKeys(t *testing.T) {
	keys := randomKeys
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		keys = randomKeysLong
	}
	r := newRig(t)
	seed := [2]uint64{rand.Uint64(), rand.Uint64()}
	t.Logf("seed %d %d", seed[0], seed[1])
	rng := rand.New(rand.NewPCG(seed[0], seed[1]))
	pressed, frames, quits := 0, 0, 0
	for n := 0; pressed < keys; n++ {
		var states [theHosts]hostState
		for i := range states {
			states[i] = hostState(rng.IntN(int(hostStates)))
		}
		var d *driver
		if n%8 == 7 {
			d = r.driveForm(t, rng)
		} else {
			d = r.drive(t, states)
		}
		pressed += d.mash(rng, keysOfARun)
		d.close()
		frames, quits = frames+d.frames, quits+d.quits
		if t.Failed() {
			t.Fatalf("run %d, hosts %v", n, states)
		}
	}
	t.Logf("%d keys, %d frames, %d times told to quit", pressed, frames, quits)
}

// mash presses n keys, and other things that come from a terminal between them.
func (d *driver) mash(rng *rand.Rand, n int) int {
	all := allKeys()
	for i := range n {
		for _, msg := range d.input(rng, all) {
			d.send(msg)
		}
		wait := time.Duration(0)
		if i%100 == 99 {
			wait = 20 * time.Millisecond
		}
		d.settle(wait)
		if r := d.relays[rng.IntN(theHosts)].Load(); r != nil && rng.IntN(300) == 0 {
			r.cut()
		}
	}
	return n
}

var otherKeys = []tea.KeyPressMsg{
	{Code: tea.KeyBackspace}, {Code: tea.KeyDelete}, {Code: tea.KeyEnter}, {Code: tea.KeyEscape}, {Code: 't', Mod: tea.ModCtrl}, {Code: 'n', Mod: tea.ModCtrl},
	{Code: 'p', Mod: tea.ModCtrl}, {Code: 'x', Mod: tea.ModCtrl}, {Code: 'u', Mod: tea.ModCtrl}, {Code: 'q', Mod: tea.ModAlt}, {Code: tea.KeyF1}, {Code: tea.KeyInsert}, {},
}

// texts are typed and pasted.
var texts = []string{"", "yes", "403", "(", "[a-", "!x", "17:29:03", "99:99", "tcp.port == 8443 &&", "log.level >= wran", "a@b, c@d:0", "\x00\x1b[2J", "مرحبا 한국어", "12\n34", string(make([]byte, 3000))}

func (d *driver) input(rng *rand.Rand, all []string) []tea.Msg {
	key := func(r rune) tea.Msg { return tea.KeyPressMsg{Code: r, Text: string(r)} }
	switch at := rng.IntN(100); {
	case at < 60:
		return []tea.Msg{pressed(d.t, all[rng.IntN(len(all))])}
	case at < 75:
		return []tea.Msg{key(rune(' ' + rng.IntN(95)))}
	case at < 87:
		return []tea.Msg{otherKeys[rng.IntN(len(otherKeys))]}
	case at < 91:
		var out []tea.Msg
		for _, r := range texts[rng.IntN(len(texts)-1)] {
			out = append(out, key(r))
		}
		return out
	case at < 94:
		return []tea.Msg{tea.PasteMsg{Content: texts[rng.IntN(len(texts))]}}
	case at < 97:
		x, y := rng.IntN(220)-10, rng.IntN(80)-10
		return []tea.Msg{tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}, tea.MouseWheelMsg{X: y, Y: x, Button: tea.MouseWheelDown}}
	}
	return []tea.Msg{tea.WindowSizeMsg{Width: 1 + rng.IntN(220), Height: 1 + rng.IntN(70)}}
}

// anyForm takes what is typed or not, and tests and runs on hosts in random
// states whatever that is.
type anyForm struct {
	d   *driver
	rig *rig
	ctx context.Context
	rng *rand.Rand // of the screen's goroutine
	rnd chan int   // what the form's goroutines take from it
}

func (f *anyForm) Offer() view.Offer {
	var o view.Offer
	o.Names[view.FormManagers] = []string{"admin@192.0.2.10", "admin@192.0.2.11"}
	for range <-f.rnd % 3 {
		o.Recent = append(o.Recent, view.Fields{view.FormManagers: "admin@192.0.2.10", view.FormSSM: "adm@192.0.2.20"})
	}
	return o
}

func (f *anyForm) Take(view.Fields) (wrong view.Fields) {
	if <-f.rnd%3 == 0 {
		wrong[<-f.rnd%view.FormFields] = "not so"
	}
	return wrong
}

func (f *anyForm) Forget(view.Fields) error {
	if <-f.rnd%2 == 0 {
		return errors.New("it stays")
	}
	return nil
}

var errNot = errors.New("it cannot begin")

func (f *anyForm) Try() (view.Run, error) {
	if <-f.rnd%4 == 0 {
		return view.Run{}, errNot
	}
	live := session.Open(f.d.config(f.rig))
	live.Try(f.ctx)
	return view.Run{Updates: live.Updates(), Control: live, Login: live, Stop: live.Close}, nil
}

func (f *anyForm) begin() (view.Run, error) {
	if <-f.rnd%4 == 0 {
		return view.Run{}, errNot
	}
	live := session.Open(f.d.config(f.rig))
	live.Start(f.ctx)
	return view.Run{Updates: live.Updates(), Control: live, Login: live, Stop: live.Close}, nil
}

// driveForm begins with the form.
func (r *rig) driveForm(t *testing.T, rng *rand.Rand) *driver {
	d := &driver{t: t, msgs: make(chan tea.Msg, 64), over: make(chan struct{})}
	for i := range d.states {
		d.states[i] = []hostState{dialling, asking, unreachable, loggedIn, notGiven}[rng.IntN(5)]
	}
	ctx, cancel := context.WithCancel(t.Context())
	d.end = cancel
	f := &anyForm{d: d, rig: r, ctx: ctx, rng: rng, rnd: make(chan int)}
	own := rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64()))
	go func() {
		for {
			select {
			case f.rnd <- own.IntN(1 << 20):
			case <-t.Context().Done():
				return
			}
		}
	}()
	d.live = session.Open(d.config(r)) // closed with the driver; the form opens others
	d.m = New(Options{Form: f, Begin: f.begin})
	t.Cleanup(d.close)
	d.run(d.m.Init())
	d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	return d
}
