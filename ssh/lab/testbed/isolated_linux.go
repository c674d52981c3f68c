package testbed

import (
	"bytes"
	"flag"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// inside is set for the process that a test runs in.
const inside = "SYNCSCOPE_TESTBED"

// Tools are the programs that a testbed is made of.
var Tools = []string{"ip", "nft", "nsenter", "sshd", "ssh-keygen", "sudo", "tcpdump", "nginx", "rsyslogd", "dnsmasq", "redis-server", "tinyproxy", "openssl", "pgrep", "busybox", "journalctl", "systemd-journald"}

// Isolated runs the test again in a process with a network, mounts and process
// IDs of its own, and reports whether this is that process. Where a testbed cannot
// be made, the test is skipped with the reason; under CI=true it fails.
func Isolated(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inside) != "" {
		settle(t)
		return true
	}
	absent := func(why string) {
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	if os.Getuid() != 0 {
		absent("only root may make network namespaces")
	}
	for _, name := range Tools {
		if _, err := path(name); err != nil {
			absent(name + " is not installed")
		}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$", "-test.v", "-test.timeout=3h")
	if f := flag.Lookup("test.coverprofile"); f != nil && f.Value.String() != "" { // what it covers stands beside ours
		cmd.Args = append(cmd.Args, "-test.coverprofile="+f.Value.String()+"."+strings.ReplaceAll(t.Name(), "/", "."))
	}
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC}
	var out bytes.Buffer
	var to io.Writer = &out
	if testing.Verbose() {
		to = os.Stderr // as it goes: a long session takes an hour
	}
	cmd.Stdout, cmd.Stderr = to, to
	err := cmd.Start()
	if err != nil {
		absent("namespaces cannot be made here: " + err.Error())
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // and with it all that it started
	err = cmd.Wait()
	if err != nil {
		t.Errorf("in namespaces of its own: %v\n%s", err, out.Bytes())
	}
	return false
}

// settle gives the process mounts that nobody else sees.
func settle(t *testing.T) {
	t.Helper()
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		t.Fatal(err)
	}
}

// path finds a program, also where only root looks.
func path(name string) (string, error) {
	for _, dir := range []string{"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/", "/usr/local/sbin/", "/usr/local/bin/", "/lib/systemd/"} {
		if info, err := os.Stat(dir + name); err == nil && info.Mode()&0o111 != 0 {
			return dir + name, nil
		}
	}
	return exec.LookPath(name)
}
