package login

import (
	"github.com/zalando/go-keyring"

	"syncscope/ssh"
)

// keyringService is the name under which passwords stand in the system's keyring.
const keyringService = "syncscope"

// kept is the password that the system's keyring has for t, if the user wants
// it to be asked; nil if there is none, or no keyring: then a person is asked.
func (c Config) kept(t ssh.Target) []byte {
	if !c.Keyring {
		return nil
	}
	s, err := keyring.Get(keyringService, t.String())
	if err != nil || s == "" {
		return nil
	}
	return []byte(s)
}

// keep puts a password that has worked into the keyring, if the user wants that.
func (c Config) keep(t ssh.Target, p []byte) {
	if !c.Keyring || len(p) == 0 {
		return
	}
	if err := keyring.Set(keyringService, t.String(), string(p)); err != nil {
		c.warn(c.Gate.Foreign("the keyring takes no password: " + capped(err.Error(), maxError)))
	}
}
