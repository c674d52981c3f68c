package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// job is a process that is run again and again, and what came of it.
type job struct {
	args  []string
	piped string             // a file that standard input is a pipe of; "": none
	first bool               // it is stopped at its first byte of output, which is measured
	codes []int              // exit codes that are no fault; nil: 0
	check func([]byte) error // looks at the output; nil: it is thrown away

	walls, cpus []time.Duration
	peaks       []int64 // memory in bytes
	fault       string  // why it is not run any more
}

// alternate runs the jobs in turn, so that what disturbs one disturbs the
// others. A job with a fault is not run again.
func (b *bench) alternate(rounds int, jobs ...*job) error {
	for range rounds {
		for _, j := range jobs {
			if j.fault != "" {
				continue
			}
			if err := b.once(j); err != nil {
				return err
			}
		}
	}
	return nil
}

// once runs a job. Its error is that of the bench; the job's is its fault.
func (b *bench) once(j *job) error {
	limit, cancel := context.WithTimeout(b.ctx, b.limit)
	defer cancel()
	cmd := exec.CommandContext(limit, j.args[0], j.args[1:]...)
	cmd.Dir, cmd.WaitDelay = b.dir, 5*time.Second
	cmd.Env = append(os.Environ(), "HOME="+b.dir, "XDG_CONFIG_HOME="+b.dir, "XDG_STATE_HOME="+b.dir)
	var errs bytes.Buffer
	out := &output{keep: j.check != nil}
	cmd.Stderr = &errs
	switch {
	case j.first: // it is asked to end, so that it cleans up
		out.stop = cancel
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		cmd.Stdout = out
	case j.check != nil:
		cmd.Stdout = out
	}
	if j.piped != "" {
		f, err := os.Open(j.piped)
		if err != nil {
			return err
		}
		defer f.Close()
		cmd.Stdin = struct{ io.Reader }{f} // a file itself would be no pipe
	}
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	switch {
	case b.ctx.Err() != nil:
		return b.ctx.Err()
	case cmd.ProcessState == nil:
		return err
	case j.first && !out.at.IsZero():
		wall = out.at.Sub(start)
	case limit.Err() != nil:
		j.fault = fmt.Sprintf("did not end in %.0f s", b.limit.Seconds())
		return nil
	default:
		if j.fault = j.wrong(cmd.ProcessState.ExitCode(), err, out.data.Bytes(), errs.Bytes()); j.fault != "" {
			return nil
		}
	}
	j.walls = append(j.walls, wall)
	j.cpus = append(j.cpus, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	const kilobyte = 1024 // Linux counts in these
	j.peaks = append(j.peaks, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss*kilobyte)
	return nil
}

// wrong is what a process that ended did wrong; "": nothing.
func (j *job) wrong(code int, err error, out, errs []byte) string {
	codes := j.codes
	if codes == nil {
		codes = []int{0}
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return err.Error()
	}
	if !slices.Contains(codes, code) {
		line, _, _ := bytes.Cut(errs, []byte("\n"))
		return fmt.Sprintf("exit code %d: %s", code, line)
	}
	if j.first {
		return "printed nothing"
	}
	if j.check != nil {
		if err := j.check(out); err != nil {
			return err.Error()
		}
	}
	return ""
}

// output notes when the first byte comes, and keeps the bytes if it must.
type output struct {
	at   time.Time
	keep bool
	data bytes.Buffer
	stop func()
}

func (o *output) Write(p []byte) (int, error) {
	if o.at.IsZero() {
		o.at = time.Now()
		if o.stop != nil {
			o.stop()
		}
	}
	if o.keep {
		o.data.Write(p)
	}
	return len(p), nil
}

// analyze is a job of the program, whose answer must be one of codes.
func (b *bench) analyze(codes []int, paths ...string) *job {
	return &job{args: append([]string{b.program, "analyze", "--format", "json"}, paths...), codes: codes}
}

// The exit codes of analyze: see the README.
var (
	found     = []int{1}
	noAttempt = []int{3}
	answered  = []int{0, 1, 3}
)

// wall is the median; 0 where there is a fault.
func (j *job) wall() time.Duration {
	if j.fault != "" {
		return 0
	}
	return median(j.walls)
}

// figure is a job's time as the table shows it.
func (j *job) figure() string {
	if j.fault != "" {
		return j.fault
	}
	return fmt.Sprintf("%s, CPU %s, %d MB", short(j.wall()), short(median(j.cpus)), median(j.peaks)/1e6)
}

// times is how often as long as other a job takes.
func (j *job) times(other *job, name string) string {
	if j.fault != "" || other.fault != "" {
		return ""
	}
	return fmt.Sprintf("%.2f × %s", float64(j.wall())/float64(other.wall()), name)
}
