package session

import (
	"context"
	"errors"

	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// noShell runs nothing, and says why.
type noShell struct{ why error }

func (n noShell) Run(context.Context, command.Command) (command.Result, error) {
	return command.Result{}, n.why
}

// withSudo tries a command that may run under sudo so if it is refused
// without; only reading the SSM's log may.
type withSudo struct{ sh shell.Shell }

func (w withSudo) Run(ctx context.Context, c command.Command) (command.Result, error) {
	res, err := w.sh.Run(ctx, c)
	var refused *ssh.RefusedError
	if sudo := c.WithSudo(); errors.As(err, &refused) && sudo.Sudo() {
		return w.sh.Run(ctx, sudo)
	}
	return res, err
}
