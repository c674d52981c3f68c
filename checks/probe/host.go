package probe

import (
	"fmt"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/ssh/command"
)

// SSM are the checks for the SSM's shell.
func SSM(t Target) ([]Probe, error) {
	out := []Probe{
		{Name: SSMAddress, Command: command.Addresses(), Kind: cliout.Addresses, Judge: owns(t)},
		{Name: SSMPort, Command: command.Listeners(), Kind: cliout.Sockets, Judge: listens(t)},
		{Name: SSMClock, Command: command.Date(), Kind: cliout.Date, Judge: clock(SSMClock, t.now)},
		{Name: "SSM time source", Command: command.TimeSource(), Kind: cliout.Chrony, Judge: timeSource},
		{Name: "SSM disk", Command: command.Disk(), Kind: cliout.Disk, Judge: disk("SSM disk")},
		{Name: "SSM services", Command: command.Containers(), Kind: cliout.Containers, Judge: containers},
		{Name: "SSM log", Command: command.LogRight(command.SSMMessages), Judge: readable("SSM log")},
		{Name: "sign-ins", Command: command.SignIns(command.SSMMessages), Lines: refusals},
		{Name: "SSM sync to Cisco", Command: command.Synchronisations(command.SSMMessages), Lines: synchronised},
	}
	for _, host := range []string{cloud, identity} {
		n, err := command.ParseName(host)
		if err != nil {
			return nil, err
		}
		out = append(out,
			Probe{Name: "SSM dns " + host, Command: command.Resolve(n), Kind: cliout.Hosts, Judge: resolves(host)},
			Probe{Name: "SSM tcp " + host, Command: command.Connect(n, 443), Kind: cliout.Connect, Judge: connects(host)})
	}
	return out, nil
}

// far is the difference of clocks from which it is worth a word.
const far = time.Minute

// clock compares a host's clock with ours at the time of asking, which the
// answer's way makes inexact by some seconds.
func clock(name string, now func() time.Time) func(event.CheckResult) []Outcome {
	return func(r event.CheckResult) []Outcome {
		if r.Clock.IsZero() {
			return one(name, CouldNot, "the answer holds no time")
		}
		d := r.Clock.Sub(now()).Round(time.Second)
		s := Pass
		if d.Abs() >= far {
			s = Warn
		}
		return []Outcome{{Name: name, Status: s, Detail: fmt.Sprintf("%+.0f s against this computer", d.Seconds()), Clock: &d}}
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

// young is how long a service runs before nobody asks any more whether it was
// just started.
const young = 15 * time.Minute

func containers(r event.CheckResult) []Outcome {
	const name = "SSM services"
	switch {
	case len(r.Down) > 0:
		return one(name, Fail, r.Down[0].String())
	case len(r.Up) > 0:
		return ages(name, r.Up, fmt.Sprintf("%d containers are up", len(r.Up)))
	case !r.Failure.Empty():
		return one(name, CouldNot, r.Failure.String())
	}
	return one(name, CouldNot, "no containers are shown")
}

// ages tells of services that run since when, and warns of one that was just
// started: an upgrade or a restart answers much.
func ages(name string, up []cliout.Service, all string) []Outcome {
	youngest := cliout.Service{}
	for _, s := range up {
		if s.Up > 0 && (youngest.Up == 0 || s.Up < youngest.Up) {
			youngest = s
		}
	}
	if youngest.Up == 0 { // for how long was not printed
		return one(name, Pass, all)
	}
	detail := fmt.Sprintf("%s; the youngest, %s, for %s", all, youngest.Name, roughly(youngest.Up))
	if youngest.Up < young {
		return one(name, Warn, detail+": an upgrade or a restart just now?")
	}
	return one(name, Pass, detail)
}

// roughly is a time in its largest unit.
func roughly(d time.Duration) string {
	for _, u := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d >= 2*u.length {
			return fmt.Sprintf("%d %s", d/u.length, u.name)
		}
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// readable: the command's status was the answer; a refusal is an error.
func readable(name string) func(event.CheckResult) []Outcome {
	return func(event.CheckResult) []Outcome { return one(name, Pass, "can be read") }
}
