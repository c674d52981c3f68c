package login

import "syncscope/ssh"

// LoginStep is a step of a login.
type LoginStep uint8

// The steps, in their order. A login that had to ask whether a key is the
// right one goes through them twice.
const (
	Resolving LoginStep = iota
	Reaching
	CheckingKey
	LoggingIn
	LoggedIn
)

// progress tells that a login has come to a step; detail is what the one
// before gave: an address, the host's version; of LoggedIn, the old algorithms
// in use.
func (c Config) progress(t ssh.Target, s LoginStep, detail string) {
	if c.Progress != nil {
		c.Progress(t, s, detail)
	}
}
