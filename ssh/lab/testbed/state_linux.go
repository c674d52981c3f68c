package testbed

import (
	"encoding/pem"
	"errors"
	"path/filepath"
)

// State is what a test makes of the hosts, and looks at, beside the faults.
type State struct{ *Testbed }

// State gives a testbed's.
func (tb *Testbed) State() State { return State{tb} }

// Prints has a command of the Manager's command line print a text: version, status,
// services or lookup. "": its own again.
func (tb State) Prints(name, text string) error {
	if text == "" {
		return tb.manager.sh("rm -f /run/prints/" + name)
	}
	return tb.manager.write("/run/prints/"+name, text, 0o644)
}

// Without takes a program away from a host's shells; the function that it returns
// gives it back. ssm: from the SSM, else from the Manager.
func (tb State) Without(ssm bool, name string) (back func() error, err error) {
	on := tb.manager
	if ssm {
		on = tb.ssm.space
	}
	full, err := path(name)
	if err != nil {
		return nil, err
	}
	if full, err = filepath.EvalSymlinks(full); err != nil {
		return nil, err
	}
	none := "#!/bin/sh\necho \"bash: " + name + ": command not found\" >&2\nexit 127\n"
	return func() error { return on.sh("umount " + full) }, errors.Join(on.write("/run/without/"+name, none, 0o755), on.sh("mount --bind /run/without/"+name+" "+full))
}

// Trusts has the programs of the Manager trust the testbed's authority, and no other.
func (tb State) Trusts() error {
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: tb.ssm.certs.cert.Raw})
	return errors.Join(
		tb.manager.sh("mkdir -p /etc/ssl/certs && mount -t tmpfs tmpfs /etc/ssl/certs"),
		tb.manager.write("/etc/ssl/certs/corp.pem", string(root), 0o644),
		tb.manager.sh("ln -s corp.pem /etc/ssl/certs/$(openssl x509 -hash -noout -in /etc/ssl/certs/corp.pem).0"),
	)
}

// Named has the SSM's name have an address, or none.
func (tb State) Named(addr string) error { return tb.name(addr) }
