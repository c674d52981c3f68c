package ssh_test

import (
	"path/filepath"
	"sync"
	"testing"

	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// Signs of life, keys and commands come from goroutines of their own: on the wire they
// stand one behind the other. The race detector judges it.
func TestKeysArePressedFromSeveralSides(t *testing.T) {
	srv := startRig(t, "")
	file := filepath.Join(logDir(t), "messages")
	appendTo(t, file, "one\n")
	path, err := command.ParseLogPath(file)
	must(t, err)
	r, err := shell.Open(srv.dial(t)).Stream(t.Context(), command.Follower(path, command.NewNonce(), command.Pace{Tick: quick.Tick, Silence: quick.Silence}, command.Place{}))
	must(t, err)
	defer r.Close()
	ch := r.(interface{ Channel() *shell.Channel }).Channel()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if err := ch.Press(command.Enter); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}
