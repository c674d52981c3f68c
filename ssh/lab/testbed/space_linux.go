package testbed

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// space is a host's namespaces. They end with its first process.
type space struct {
	name string
	init *exec.Cmd
}

// newSpace begins a host. Its first process does nothing but collect what ends.
func newSpace(name string) (*space, error) {
	s := &space{name: name, init: exec.Command("/bin/sh", "-c", "while sleep 1; do :; done")}
	s.init.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC}
	if err := s.init.Start(); err != nil {
		return nil, err
	}
	return s, s.sh(`mount --make-rprivate / && mount -t proc proc /proc && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/log &&
		mount -t tmpfs tmpfs /home && mkdir -p /run/sshd /run/sudo /var/log/nms && hostname ` + name + ` && ip link set lo up`)
}

func (s *space) pid() string { return strconv.Itoa(s.init.Process.Pid) }

// command is a program on the host.
func (s *space) command(name string, args ...string) *exec.Cmd {
	full, err := path(name)
	if err != nil {
		full = name
	}
	cmd := exec.Command("nsenter", append([]string{"-t", s.pid(), "-n", "-m", "-u", "-p", "-i", "--", full}, args...)...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC"}
	return cmd
}

// runTime bounds what is only set up.
const runTime = 20 * time.Second

// sh runs a script on the host.
func (s *space) sh(script string) error {
	cmd := s.command("sh", "-ec", script)
	timer := time.AfterFunc(runTime, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %s: %w: %s", s.name, strings.TrimSpace(script), err, out)
	}
	return nil
}

// at is a path of the host as this process sees it.
func (s *space) at(name string) string { return filepath.Join("/proc", s.pid(), "root", name) }

// write makes a file on the host.
func (s *space) write(name, text string, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(s.at(name)), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(s.at(name), []byte(text), mode); err != nil {
		return err
	}
	return os.Chmod(s.at(name), mode)
}

// replace puts a text where a file of the machine is, for this host only.
func (s *space) replace(name, text string, mode os.FileMode) error {
	own := "/run/replaced" + name
	if err := s.write(own, text, mode); err != nil {
		return err
	}
	return s.sh("mount --bind " + own + " " + name)
}

// within runs f on a thread that is in the host's network: a socket that f makes
// stays there.
func (s *space) within(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlock it: the thread ends with us
		ns, err := os.Open("/proc/" + s.pid() + "/ns/net")
		if err != nil {
			done <- err
			return
		}
		defer ns.Close()
		if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
			done <- err
			return
		}
		done <- f()
	}()
	return <-done
}

// dial connects from the host.
func (s *space) dial(ctx context.Context, network, addr string) (c net.Conn, err error) {
	err = s.within(func() error {
		var d net.Dialer
		c, err = d.DialContext(ctx, network, addr)
		return err
	})
	return c, err
}

func (s *space) listen(network, addr string) (l net.Listener, err error) {
	err = s.within(func() error {
		l, err = net.Listen(network, addr)
		return err
	})
	return l, err
}

// end ends all of the host's processes.
func (s *space) end() {
	_ = s.init.Process.Kill() // it may have ended
	_ = s.init.Wait()
}
