package probe

import (
	"fmt"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/ssh/command"
)

// SSM are the checks for the SSM's shell.
func SSM(now time.Time) []Probe {
	return []Probe{
		{Name: "SSM clock", Command: command.Date(), Kind: cliout.Date, Judge: clock("SSM clock", now)},
		{Name: "SSM disk", Command: command.Disk(), Kind: cliout.Disk, Judge: disk("SSM disk")},
		{Name: "SSM services", Command: command.Containers(), Kind: cliout.Containers, Judge: containers},
		{Name: "SSM log", Command: command.LogRight(command.SSMMessages), Judge: readable("SSM log")},
	}
}

// far is the difference of clocks from which it is worth a word.
const far = time.Minute

// clock compares a host's clock with ours at the time of asking, which the
// answer's way makes inexact by some seconds.
func clock(name string, now time.Time) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		if r.Clock.IsZero() {
			return one(name, CouldNot, "the answer holds no time")
		}
		d := r.Clock.Sub(now).Round(time.Second)
		s := Pass
		if d.Abs() >= far {
			s = Warn
		}
		return one(name, s, fmt.Sprintf("%+.0f s against this computer", d.Seconds()))
	}
}

// Disk use in percent from which it is worth a word, and from which databases
// are about to fail.
const (
	filling = 85
	full    = 97
)

func disk(name string) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		detail := fmt.Sprintf("%d %% of %s is used", r.Use, r.Mount)
		switch {
		case r.Mount.Empty():
			return one(name, CouldNot, "the answer is not understood")
		case r.Use >= full:
			return one(name, Fail, detail)
		case r.Use >= filling:
			return one(name, Warn, detail)
		}
		return one(name, Pass, detail)
	}
}

func containers(r event.CheckResult) []Outcome {
	const name = "SSM services"
	switch {
	case len(r.Down) > 0:
		return one(name, Fail, r.Down[0].String())
	case r.Received > 0:
		return one(name, Pass, fmt.Sprintf("%d containers are up", r.Received))
	case !r.Failure.Empty():
		return one(name, CouldNot, r.Failure.String())
	}
	return one(name, CouldNot, "no containers are shown")
}

// readable: the command's status was the answer; a refusal is an error.
func readable(name string) func(event.CheckResult) []Outcome {
	return func(event.CheckResult) []Outcome { return one(name, Pass, "can be read") }
}

// Settle looks at outcomes together: a ping that is not answered says nothing
// where TCP opens.
func Settle(all []Outcome) []Outcome {
	open := false
	for _, o := range all {
		open = open || o.Name == "tcp" && o.Status == Pass
	}
	for i, o := range all {
		if o.Name == "ping" && o.Status == Warn && open {
			all[i] = Outcome{"ping", Pass, "not answered, and TCP opens: ping is blocked, which is harmless"}
		}
	}
	return all
}
