package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"syncscope/.ci/sessionlog"
)

// begin is when each simulated session begins; seed makes its lines.
var begin = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

const seed = 1

// The pace of sign-ins is the same whatever their number: a longer log covers
// more time, and says no more in a minute.
const (
	signInEvery     = 30 * time.Second
	healthPerSignIn = 5
)

// session are the two logs of one session.
type session struct {
	paths   []string
	lines   int
	bytes   int64
	signIns int
}

// bearing is how many lines a session has that are not quiet.
func bearing(signIns int) int { return signIns * (sessionlog.PerSignIn + healthPerSignIn) }

// write writes a session of so many lines, as far as sign-ins leave room for
// quiet ones.
func (b *bench) write(signIns, lines int) (s session, err error) {
	s = session{signIns: signIns}
	var logs [2]*bufio.Writer
	for h, name := range []string{sessionlog.Manager: "vmanage-server.log", sessionlog.SSM: "messages"} {
		f, err := os.Create(b.file(fmt.Sprintf("%d-%d-%s", signIns, lines, name)))
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		s.paths = append(s.paths, f.Name())
		logs[h] = bufio.NewWriterSize(f, 1<<20)
	}
	pace, lasts := pace(signIns, max(0, lines-bearing(signIns)))
	log := sessionlog.Start(seed, begin, pace, func(h sessionlog.Host, line []byte) {
		s.lines++
		s.bytes += int64(len(line))
		_, _ = logs[h].Write(line) // Flush tells of errors
	})
	const parts = 1000 // between them, the run may be interrupted
	for i := range parts {
		log.Until(begin.Add(lasts / parts * time.Duration(i)))
		if b.ctx.Err() != nil {
			return s, b.ctx.Err()
		}
	}
	log.Until(begin.Add(lasts))
	return s, errors.Join(logs[0].Flush(), logs[1].Flush())
}

// pace spreads sign-ins, their health lines and quiet lines over a session.
func pace(signIns, quiet int) (p sessionlog.Pace, lasts time.Duration) {
	lasts = time.Duration(quiet) * 100 * time.Millisecond
	if signIns > 0 {
		lasts = time.Duration(signIns) * signInEvery
		p.SignIn, p.Health = signInEvery, signInEvery/healthPerSignIn
	}
	if quiet > 0 {
		p.Quiet = lasts / time.Duration(quiet)
	}
	return p, lasts
}

func (s session) remove() error {
	return errors.Join(os.Remove(s.paths[0]), os.Remove(s.paths[1]))
}

func (s session) codes() []int {
	if s.signIns == 0 {
		return noAttempt
	}
	return found
}

// lnav is a job that indexes a session's logs; it must have taken each line.
func (s session) lnav() *job {
	args := append([]string{"lnav", "-n", "-c", ";SELECT count(*) FROM all_logs"}, s.paths...)
	return &job{args: args, check: func(out []byte) error {
		fields := strings.Fields(string(out))
		if len(fields) == 0 || fields[len(fields)-1] != strconv.Itoa(s.lines) {
			return fmt.Errorf("lnav took other than %d lines: %.60q", s.lines, out)
		}
		return nil
	}}
}

// lineBytes is about what a line needs on the disk, for looking for room.
const lineBytes = 400

// logs are large logs beside lnav, and how time grows with attempts.
func (b *bench) logs() error {
	lines := 1_000_000 / b.scale
	var quiet *job
	for _, signIns := range []int{0, 1000 / b.scale, 30_000 / b.scale} {
		ours, err := b.besideLnav(signIns, lines)
		if err != nil {
			return err
		}
		if signIns == 0 {
			quiet = ours
		} else if ours != nil && quiet != nil {
			b.costOfAttempt(quiet, ours, signIns, lines)
		}
	}
	return b.growth()
}

func (b *bench) besideLnav(signIns, lines int) (*job, error) {
	name := thousands(lines) + " quiet log lines"
	if signIns > 0 {
		name = fmt.Sprintf("%s log lines, %s attempts and health lines", thousands(lines), thousands(signIns))
	}
	if why := b.room(int64(lines) * lineBytes); why != "" {
		b.table.row(name, why, "", "")
		return nil, nil
	}
	s, err := b.write(signIns, lines)
	if err != nil {
		return nil, err
	}
	ours, lnav := b.analyze(s.codes(), s.paths...), s.lnav()
	if err := b.alternate(b.rounds, ours, lnav); err != nil {
		return nil, err
	}
	b.table.row(fmt.Sprintf("%s (%d MB), lnav", name, s.bytes/1e6), lnav.figure(), "", "")
	b.table.row(fmt.Sprintf("%s, analyze", name), ours.figure(), ours.times(lnav, "lnav"), "")
	return ours, s.remove()
}

// costOfAttempt is an attempt's CPU with its health lines, in quiet lines of
// the same run.
func (b *bench) costOfAttempt(quiet, ours *job, signIns, lines int) {
	name := fmt.Sprintf("CPU of one of %s attempts, in quiet lines", thousands(signIns))
	if quiet.fault != "" || ours.fault != "" {
		b.table.row(name, "not known: no figure of both", "", askedCPU)
		return
	}
	line := median(quiet.cpus).Seconds() / float64(lines)
	left := median(ours.cpus).Seconds() - line*float64(lines-bearing(signIns))
	b.table.row(name, short(time.Duration(left/float64(signIns)*1e9)), fmt.Sprintf("%.0f quiet lines", left/line/float64(signIns)), askedCPU)
}

// growth is the exponent of time over attempts: of the sizes asked, and of
// smaller ones if not two of those end.
func (b *bench) growth() error {
	ended, why, err := b.sizes(7_500, 15_000, 30_000)
	if err == nil && len(ended) < 2 {
		var small []*sized
		small, _, err = b.sizes(500, 1000, 2000)
		ended = append(small, ended...)
	}
	if err != nil {
		return err
	}
	name := fmt.Sprintf("exponent of time, %s to %s attempts", thousands(7_500/b.scale), thousands(30_000/b.scale))
	figure := exponents(ended)
	if why != "" {
		figure = why + "; " + figure
	}
	b.table.row(name, figure, "", askedExponent)
	return nil
}

// exponents are those of the time that passed and of the processors' time.
func exponents(of []*sized) string {
	if len(of) < 2 {
		return "no two sizes ended"
	}
	var walls, cpus []point
	for _, s := range of {
		walls, cpus = append(walls, point{s.n, s.wall()}), append(cpus, point{s.n, median(s.cpus)})
	}
	return fmt.Sprintf("from %s to %s: %.2f (CPU %.2f)", thousands(of[0].n), thousands(of[len(of)-1].n), exponent(walls), exponent(cpus))
}

// sized is a job on so many attempts.
type sized struct {
	*job
	n int
}

// sizes measures sessions of more and more attempts. When one does not end, no
// larger one is tried; why tells of it.
func (b *bench) sizes(signIns ...int) (ended []*sized, why string, err error) {
	for _, n := range signIns {
		n /= b.scale
		name := thousands(n) + " attempts"
		if why != "" {
			b.table.row(name, "not tried: "+why, "", "")
			continue
		}
		j, err := b.sized(n)
		if err != nil {
			return nil, "", err
		}
		b.table.row(fmt.Sprintf("%s, %d health lines each", name, healthPerSignIn), j.figure(), "", "")
		if j.fault == "" {
			ended = append(ended, j)
		} else {
			why = thousands(n) + ": " + j.fault
		}
	}
	return ended, why, nil
}

func (b *bench) sized(signIns int) (*sized, error) {
	if why := b.room(int64(bearing(signIns)) * lineBytes); why != "" {
		return &sized{&job{fault: why}, signIns}, nil
	}
	s, err := b.write(signIns, 0)
	if err != nil {
		return nil, err
	}
	j := b.analyze(found, s.paths...)
	return &sized{j, signIns}, errors.Join(b.alternate(min(b.rounds, 3), j), s.remove())
}

// What is asked, as far as it is.
const (
	askedCPU      = "≤ 75 quiet lines"
	askedExponent = "≤ 1.1"
	askedGrowth   = "≤ 1.2 × first minute"
	askedStdin    = "≤ 1.1 × input"
	askedStream   = "≤ 1.1 × input, streams"
	askedMemory   = "≤ 256 MB"
	askedTshark   = "≥ 62 × tshark's speed"
)

func size(path string) (int64, error) {
	info, err := os.Stat(filepath.Clean(path))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
