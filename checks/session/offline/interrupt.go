package offline

import (
	"context"
	"time"
)

// grace is how long a call that was interrupted may take to end by itself.
// Loops look at their context and need a part of it; a read of a pipe that
// nobody writes to, or of a dead network folder, never ends.
const grace = 30 * time.Millisecond

// Interruptible runs f until it returns, or until ctx has ended and grace is
// over. In that case it returns ctx's error and leaves f to the call that holds
// it up: the process is about to end, or a test is.
func Interruptible[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := f()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r.value, r.err
	case <-time.After(grace):
		var none T
		return none, ctx.Err()
	}
}
