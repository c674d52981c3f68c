package testbed

import (
	_ "embed" // the command line
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

// cliScript is the Manager's command line.
//
//go:embed cli.sh
var cliScript string

const pam = `auth required pam_unix.so
account required pam_nologin.so
account required pam_unix.so
session required pam_unix.so
`

const sshdConfig = `Port 22
HostKey /run/host_key
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin no
UseDNS no
PrintMotd no
PrintLastLog no
PidFile /run/sshd.pid
AuthorizedKeysFile none
`

// accounts gives both hosts a person's account and an SSH server.
func (tb *Testbed) accounts() error {
	hash, err := exec.Command("openssl", "passwd", "-6", Password).Output()
	if err != nil {
		return err
	}
	tb.hash = strings.TrimSpace(string(hash))
	for _, h := range []struct {
		on                 *space
		user, shell, sshAt string
	}{{tb.manager, "admin", "/run/viptela_cli", ManagerSSH}, {tb.ssm.space, "sscadmin", "/bin/bash", SSMSSH}} {
		err := errors.Join(
			h.on.replace("/etc/passwd", passwd(h.user, h.shell), 0o644),
			h.on.replace("/etc/group", "root:x:0:\nadm:x:4:"+h.user+"\ntty:x:5:\nnogroup:x:65534:\ntcpdump:x:103:\nutmp:x:43:\n"+h.user+":x:1000:\n", 0o644),
			h.on.replace("/etc/shadow", "root:*:19000:0:99999:7:::\n"+h.user+":"+tb.hash+":19000:0:99999:7:::\n", 0o600),
			h.on.replace("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 "+h.on.name+"\n", 0o644),
			h.on.replace("/etc/resolv.conf", "nameserver "+gateway+"\noptions timeout:2 attempts:1\n", 0o644),
			h.on.replace("/etc/pam.d/sshd", pam, 0o644),
			h.on.replace("/etc/sudoers", "root ALL=(ALL) ALL\nDefaults !requiretty\nadmin ALL=(root) NOPASSWD: /usr/bin/tcpdump, /usr/sbin/tcpdump\n", 0o440),
			h.on.write("/run/viptela_cli", cliScript, 0o755),
			h.on.write("/run/sshd_config", sshdConfig, 0o600),
			h.on.sh("mkdir -p /home/"+h.user+" && chown 1000:1000 /home/"+h.user+" && ssh-keygen -q -t ed25519 -N '' -f /run/host_key"),
		)
		if err != nil {
			return err
		}
		server, err := h.on.run(func() bool { return greets(h.sshAt) }, "sshd", "-D", "-e", "-f", "/run/sshd_config")
		if err != nil {
			return err
		}
		if h.on == tb.ssm.space {
			tb.ssm.sshd = server
		}
		key, err := os.ReadFile(h.on.at("/run/host_key.pub"))
		if err != nil {
			return err
		}
		tb.Known = tb.file("known_hosts")
		if err := add(tb.Known, h.sshAt+" "+string(key)); err != nil {
			return err
		}
	}
	return nil
}

// greets reports whether a server says that it is SSH.
func greets(host string) bool {
	c, err := net.DialTimeout("tcp", host+":22", time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetReadDeadline(time.Now().Add(time.Second)) // else it is not ready
	b := make([]byte, 4)
	_, err = c.Read(b)
	return err == nil && string(b) == "SSH-"
}

// add appends to a file.
func add(name, text string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(f, text)
	return errors.Join(err, f.Close())
}
