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
	"io"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/ssh/command"
)

// Runner runs a command of the closed list on the host that it is for.
type Runner interface {
	Run(ctx context.Context, c command.Command) (command.Result, error)
}

// Reader reads a command's output through the gate.
type Reader func(check cliout.Check, out io.Reader) (event.CheckResult, error)

// Status is what a check came to.
type Status uint8

// The statuses, best first.
const (
	Pass Status = iota
	Warn
	Fail
	CouldNot
	statusCount
)

var statusNames = [...]string{"pass", "warn", "fail", "could-not-check"}

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
	Status Status
	Detail string
}

// Probe is one command and what its output means.
type Probe struct {
	Name    string
	Command command.Command
	Kind    cliout.Check
	// Judge reads the result; one command can answer several checks.
	Judge func(event.CheckResult) []Outcome
	// Names are the checks that Judge answers, for when the command cannot run.
	Names []string
}

// Run runs one probe. What keeps it from running is an outcome too.
func Run(ctx context.Context, p Probe, r Runner, read Reader) []Outcome {
	res, err := r.Run(ctx, p.Command)
	if err == nil {
		var got event.CheckResult
		if got, err = read(p.Kind, res.Reader()); err == nil {
			return p.Judge(got)
		}
	}
	names := p.Names
	if len(names) == 0 {
		names = []string{p.Name}
	}
	var out []Outcome
	for _, n := range names {
		out = append(out, Outcome{n, CouldNot, err.Error()})
	}
	return out
}

func one(name string, s Status, detail string) []Outcome { return []Outcome{{name, s, detail}} }
