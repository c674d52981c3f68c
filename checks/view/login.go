package view

import (
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/checks"
)

// Step is one step on the way to a host's streams.
type Step uint8

// The steps, in their order.
const (
	StepResolve Step = iota
	StepTCP
	StepHostKey
	StepLogin
	StepCLI      // the Manager's command line, or the SSM's shell
	StepLogRight // the log may be read
	StepHistory  // what was written before we came
	StepCapture  // packets; of a Manager only
	stepCount
)

var stepNames = [...]string{"resolve", "TCP", "host key", "login", "CLI", "log right", "history", "capture"}

// String is the step's name on the screen.
func (s Step) String() string { return checks.NameOf(stepNames[:], s) }

// Steps are the steps to a host; only a Manager's traffic is captured.
func Steps(manager bool) []Step {
	out := make([]Step, 0, stepCount)
	for s := range stepCount {
		if s != StepCapture || manager {
			out = append(out, s)
		}
	}
	return out
}

// Progress is how far a step is. The zero value is "not begun".
type Progress uint8

// The progresses.
const (
	NotBegun Progress = iota
	Running
	Asking // a person is asked
	Done
	Stopped // it failed; Detail says why, Hint what to do
)

// StepState is one step of one host.
type StepState struct {
	Step     Step
	Progress Progress
	Detail   string // "192.0.2.10", or why it failed; safe
	Hint     string // what to do, if it failed
	Began    time.Time
	Took     time.Duration // once it is done
}

// Host is a host of the run and how far the way to it is.
type Host struct {
	Name    string // "admin@192.0.2.10"
	Manager bool   // else the SSM
	Steps   []StepState
}

// Given reports whether a stream of this kind can come: its host is among those
// of the run. Before the hosts are known, and of saved files, any can.
func (u *Update) Given(k event.Kind) bool {
	manager := k.HasPackets() || k == event.ManagerLog
	if len(u.Hosts) == 0 || !manager && k != event.SSMMessages {
		return true
	}
	return slices.ContainsFunc(u.Hosts, func(h Host) bool { return h.Manager == manager })
}

// Failed is the step that stopped the way to the host; nil: none did.
func (h *Host) Failed() *StepState {
	for i := range h.Steps {
		if h.Steps[i].Progress == Stopped {
			return &h.Steps[i]
		}
	}
	return nil
}

// Ready reports whether every step of the host is done.
func (h *Host) Ready() bool {
	for _, s := range h.Steps {
		if s.Progress != Done {
			return false
		}
	}
	return true
}

// Prompt is what a person must be asked before a login goes on.
type Prompt struct {
	ID      int    // names it in the answer
	Host    string // "admin@192.0.2.10"
	About   string // what it is about; "": a login
	Text    string // in the host's words, safe; "" for a host key
	Echo    bool   // the answer may be seen while it is typed
	HostKey *HostKey
	Waiting int // how many questions stand behind it
}

// HostKey is an unknown host's key.
type HostKey struct{ Type, Fingerprint string }
