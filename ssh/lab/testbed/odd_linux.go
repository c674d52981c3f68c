package testbed

import (
	"errors"
	"path/filepath"
	"strings"
)

// Account is how the SSM treats the person's account. The zero value is a plain one.
type Account struct {
	Shell  string            // "": bash
	Expiry string            // of /etc/shadow: what stands behind the hash, between colons; "": none
	Locked bool              // its password is locked
	Files  map[string]string // in its home
	Sshd   string            // further lines of sshd_config, which win
	Root   string            // a script that root runs on the host before

	// Programs run in place of the host's own: scripts, by name.
	Programs map[string]string
}

// SSMAccount makes the SSM's account another one, and begins its SSH server anew.
func (tb *Testbed) SSMAccount(a Account) error {
	const home = "/home/sscadmin"
	shell := a.Shell
	if shell == "" {
		shell = "/bin/bash"
	}
	expiry := a.Expiry
	if expiry == "" {
		expiry = "19000:0:99999:7:::"
	}
	hash := tb.hash
	if a.Locked {
		hash = "!" + hash
	}
	err := errors.Join(
		tb.ssm.sshd.stop(),
		tb.ssm.own(),
		tb.ssm.sh("rm -rf "+home+"; mkdir -p "+home+"; rm -f /run/nologin; chmod 644 /var/log/messages"),
		tb.ssm.write("/run/replaced/etc/passwd", passwd("sscadmin", shell), 0o644),
		tb.ssm.write("/run/replaced/etc/shadow", "root:*:19000:0:99999:7:::\nsscadmin:"+hash+":"+expiry+"\n", 0o600),
		tb.ssm.write("/run/sshd_config", a.Sshd+"\n"+sshdConfig, 0o600),
	)
	for name, text := range a.Files {
		err = errors.Join(err, tb.ssm.write(home+"/"+name, text, 0o755))
	}
	for name, text := range a.Programs {
		err = errors.Join(err, tb.ssm.instead(name, text))
	}
	if script := strings.TrimSpace(a.Root); script != "" {
		err = errors.Join(err, tb.ssm.sh(script))
	}
	if err == nil {
		err = tb.ssm.sh("chown -R 1000:1000 " + home)
	}
	if err != nil {
		return err
	}
	return tb.ssm.sshd.start(func() bool { return greets(SSMSSH) })
}

// passwd is an /etc/passwd with one person in it.
func passwd(user, shell string) string {
	return strings.Join([]string{
		"root:x:0:0:root:/root:/bin/bash", "sshd:x:101:65534::/run/sshd:/usr/sbin/nologin", "nobody:x:65534:65534::/:/usr/sbin/nologin",
		"dnsmasq:x:102:65534::/run:/usr/sbin/nologin", "tcpdump:x:103:65534::/:/usr/sbin/nologin", user + ":x:1000:1000::/home/" + user + ":" + shell, "",
	}, "\n")
}

// instead has a script run in place of a program of the host, until own is called.
func (s *appliance) instead(name, text string) error {
	full, err := path(name)
	if err != nil {
		return err
	}
	if full, err = filepath.EvalSymlinks(full); err != nil {
		return err
	}
	s.replaced = append(s.replaced, full)
	return errors.Join(s.write("/run/instead/"+name, "#!/bin/sh\n"+text+"\n", 0o755), s.sh("mount --bind /run/instead/"+name+" "+full))
}

// own gives the host its own programs back.
func (s *appliance) own() (err error) {
	for _, full := range s.replaced {
		err = errors.Join(err, s.sh("umount -l "+full))
	}
	s.replaced = nil
	return err
}
