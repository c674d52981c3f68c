package testbed

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// daemon is a program that runs on a host until it is stopped.
type daemon struct {
	on    *space
	name  string
	args  []string
	cmd   *exec.Cmd
	ended chan struct{}
	out   string // a file of what it says
}

// run starts a daemon on a host.
func (s *space) run(ready func() bool, name string, args ...string) (*daemon, error) {
	d := &daemon{on: s, name: name, args: args}
	return d, d.start(ready)
}

// start runs it, and waits until ready is true.
func (d *daemon) start(ready func() bool) error {
	d.out = d.on.at("/run/" + d.name + ".out")
	out, err := os.OpenFile(d.out, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	d.cmd = d.on.command(d.name, d.args...)
	d.cmd.Stdout, d.cmd.Stderr = out, out
	if err := d.cmd.Start(); err != nil {
		return err
	}
	d.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		_ = cmd.Wait() // why it ended is in its output
		close(ended)
	}(d.cmd, d.ended)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		select {
		case <-d.ended:
			return d.wrong("it ended at once")
		default:
		}
		if ready() {
			return nil
		}
	}
	return d.wrong("it is not ready")
}

func (d *daemon) wrong(what string) error {
	said, _ := os.ReadFile(d.out)
	return fmt.Errorf("%s on %s: %s: %s", d.name, d.on.name, what, said)
}

// stop ends it with all that it started.
func (d *daemon) stop() error {
	if d.cmd == nil {
		return nil
	}
	_ = d.cmd.Process.Signal(syscall.SIGCONT)                                                                                                          // nsenter stops itself with what it started, and then collects nothing
	err := d.on.sh("pkill -KILL -x " + d.comm() + " || true; for i in $(seq 150); do pgrep -x " + d.comm() + " >/dev/null || break; sleep 0.02; done") // the host's own processes only
	_ = d.cmd.Process.Signal(syscall.SIGCONT)                                                                                                          // nsenter stops itself with what it started
	select {
	case <-d.ended:
	case <-time.After(runTime):
		err = errors.Join(err, d.wrong("it does not end"))
	}
	return err
}

// signal sends one to each of its processes.
func (d *daemon) signal(name string) error { return d.on.sh("pkill -" + name + " -x " + d.comm()) }

// comm is the daemon's name as the kernel has it, which keeps 15 letters.
func (d *daemon) comm() string { return d.name[:min(15, len(d.name))] }
