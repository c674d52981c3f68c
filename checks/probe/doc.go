// Package probe holds the active checks: which command, and what its output
// means.
//
// What comes in: a Target (whom the Manager calls) and a Runner for the host's
// commands. What goes out: Outcomes. Nothing that it sends carries
// credentials, and nothing it finds is evidence about an attempt: it tells how
// things are now, not how they were.
package probe

import (
	"context"
	"errors"
	"io"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/ssh/command"
)

// Runner runs a command of the closed list on the host that it is for.
type Runner interface {
	Run(ctx context.Context, c command.Command) (command.Result, error)
}

// Reader reads what a command printed through the gate.
type Reader interface {
	// Output reads a command's own output.
	Output(check cliout.Check, out io.Reader) (event.CheckResult, error)
	// Log reads lines of the SSM's log.
	Log(out io.Reader) ([]event.LogEntry, error)
}

// Status is what a check came to.
type Status uint8

// The statuses, best first.
const (
	Pass      Status = iota
	NotNeeded        // whatever it says, this mode does not need it
	Warn
	Fail
	CouldNot
	statusCount
)

var statusNames = [...]string{"pass", "not-needed", "warn", "fail", "could-not-check"}

// String is the name in the report's JSON.
func (s Status) String() string {
	if s >= statusCount {
		return "unknown"
	}
	return statusNames[s]
}

// Outcome is one check's result.
type Outcome struct {
	Name   string
	Host   string // which one, where several hosts answer the same check
	Status Status
	Detail string
	// Clock is how far the host's clock is from ours, of a check of a clock that
	// was read.
	Clock *time.Duration
}

// Probe is one command and what its output means.
type Probe struct {
	Name    string
	Command command.Command
	Kind    cliout.Check
	// Judge reads the result; one command can answer several checks.
	Judge func(event.CheckResult) []Outcome
	// Lines reads the lines of a log, instead of Judge; now is the host's time.
	Lines func(now HostTime, lines []event.LogEntry) []Outcome
	// Names are the checks that Judge answers, for when the command cannot run.
	Names []string
}

// Run runs one probe. What keeps it from running is an outcome too.
func Run(ctx context.Context, p Probe, r Runner, read Reader) []Outcome {
	out, err := run(ctx, p, r, read)
	if err == nil {
		return out
	}
	names := p.Names
	if len(names) == 0 {
		names = []string{p.Name}
	}
	for _, n := range names {
		out = append(out, Outcome{Name: n, Status: CouldNot, Detail: err.Error()})
	}
	return out
}

func run(ctx context.Context, p Probe, r Runner, read Reader) ([]Outcome, error) {
	res, err := r.Run(ctx, p.Command)
	if err != nil {
		return nil, err
	}
	if p.Lines != nil {
		now, rest, err := hostTime(res.Reader())
		if err != nil {
			return nil, err
		}
		lines, err := read.Log(rest)
		if err != nil {
			return nil, err
		}
		return p.Lines(now, lines), nil
	}
	got, err := read.Output(p.Kind, res.Reader())
	if err != nil {
		return nil, err
	}
	if got.NotRun { // that says nothing of what it would have found
		return nil, errors.New(got.Failure.String())
	}
	return p.Judge(got), nil
}

func one(name string, s Status, detail string) []Outcome {
	return []Outcome{{Name: name, Status: s, Detail: detail}}
}
