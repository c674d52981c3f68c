package session

import (
	"context"
	"errors"
	"io"
	"testing"

	"syncscope/ssh"
	"syncscope/ssh/command"
)

// closedHost refuses what is not under sudo; sudo ends as it is told.
type closedHost struct {
	sudo error
	ran  int // under sudo
}

func (h *closedHost) Run(_ context.Context, c command.Command) (command.Result, error) {
	if !c.Sudo() {
		return command.Result{}, &ssh.RefusedError{Exit: 1}
	}
	h.ran++
	return command.Result{}, h.sudo
}

func (h *closedHost) Stream(context.Context, command.Command) (io.ReadCloser, error) {
	return nil, errors.New("none")
}

// Where sudo itself did not go, a run of checks does not try it again; where the
// command failed under it, the next one is tried.
func TestSudoIsAskedOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		sudo error
		ran  int
	}{
		"it goes":                     {nil, 3},
		"the password was refused":    {&ssh.RefusedError{Command: "sudo"}, 1},
		"nobody answered":             {context.DeadlineExceeded, 1},
		"not in the sudoers":          {&ssh.RefusedError{Exit: 1}, 1},
		"there is no such log":        {&ssh.RefusedError{Exit: 3}, 3},
		"its time was over, under it": {&ssh.RefusedError{Exit: 124}, 3},
	} {
		h := &closedHost{sudo: tt.sudo}
		w := &withSudo{sh: h}
		for range 3 {
			_, err := w.Run(t.Context(), command.SignIns(command.SSMMessages))
			if (err == nil) != (tt.sudo == nil) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if h.ran != tt.ran {
			t.Errorf("%s: %d tries of sudo", name, h.ran)
		}
	}
}
