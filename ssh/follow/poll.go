package follow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
)

// pullBytes is the most that one look takes.
const pullBytes = 4 << 20

// maxAbsent is how many looks in a row may find no log: a rotation is under way.
const maxAbsent = 60

// poll follows where no follower can run: it looks every tick, with commands
// that any Linux shell has. Each look takes the bytes before our place with it,
// so another file is never taken for ours.
func (l *Log) poll(ctx context.Context, to Sink) error {
	to.Alive()
	for absent := 0; ; {
		next := time.Now().Add(l.Timing.Tick)
		more, err := l.look(ctx, to)
		var refused *ssh.RefusedError
		var slow *ssh.SlowError
		if (errors.As(err, &refused) || errors.As(err, &slow)) && absent < maxAbsent {
			absent++ // it is being rotated, or the host is busy
		} else if err != nil {
			return err
		} else {
			absent = 0
		}
		to.Alive()
		if more {
			continue
		}
		if err := pause(ctx, max(time.Until(next), l.Timing.Tick/4)); err != nil { // a slow host is left alone meanwhile
			return err
		}
	}
}

// mostMute is how many looks in a row may bring nothing of a log that is not empty: a
// line may come between the two commands of a look.
const mostMute = 2

// mutely is the error of a log that is not empty, and of which nothing comes.
func (l *Log) mutely() error {
	return fmt.Errorf("%s: nothing comes of %s, which is not empty (has the host tail and head?)", l.target(), l.path)
}

// look takes what is new, with one command where the log is the same as before.
// more: it was not all.
func (l *Log) look(ctx context.Context, to Sink) (more bool, err error) {
	at := l.place.now()
	b, ours, err := l.from(ctx, l.path, at)
	if err != nil {
		return false, err
	}
	if ours && len(b)+len(at.Tail) > 0 {
		return len(b) >= pullBytes-command.TailMax, l.place.take(b)
	}
	size, err := l.size(ctx) // is there a log at all?
	if l.mute++; err != nil || !ours || size == 0 {
		l.mute = 0
	}
	switch {
	case l.mute > mostMute:
		return false, l.mutely()
	case err != nil || ours:
		return false, err
	}
	err = l.rotated(ctx, to)
	return err == nil && l.place.now().Offset != at.Offset, err
}

// from reads on from a place; ours: the bytes before it are there.
func (l *Log) from(ctx context.Context, path command.LogPath, at command.Place) (b []byte, ours bool, err error) {
	res, err := l.run(ctx, command.LogRange(path, at.Offset-int64(len(at.Tail)), pullBytes))
	if err != nil {
		return nil, false, err
	}
	b, err = io.ReadAll(res.Reader())
	if err != nil || !bytes.HasPrefix(b, at.Tail) {
		return nil, false, err
	}
	return b[len(at.Tail):], true, nil
}

// rotated finds our place in an older file, takes the rest of it and of those
// that follow; the log's own beginning comes next.
func (l *Log) rotated(ctx context.Context, to Sink) error {
	at := l.place.now()
	files, err := l.rotations(ctx)
	if err != nil {
		return err
	}
	files = slices.DeleteFunc(files, command.LogPath.Packed)
	for n, older := range files {
		b, ours, err := l.from(ctx, older, at)
		if err != nil || !ours {
			if ssh.IsLost(err) {
				return err
			}
			continue
		}
		for ; ours && err == nil && len(b) > 0; b, ours, err = l.from(ctx, older, l.place.now()) {
			if err := l.place.take(b); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		return l.follow(ctx, files[:n])
	}
	l.gap(to, redact.Literal("they stood in a file that is gone"))
	err = l.place.flush()
	l.place = position{out: l.place.out}
	return err
}

// follow takes the rotated files, newest first, whole, and the log's beginning.
// While that is empty, our place stays at the end of the file before.
func (l *Log) follow(ctx context.Context, files []command.LogPath) error {
	for _, file := range slices.Backward(files) {
		if err := l.place.next(); err != nil {
			return err
		}
		for off := int64(0); ; {
			res, err := l.run(ctx, command.LogRange(file, off, pullBytes))
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			b, err := io.ReadAll(res.Reader())
			if err != nil {
				return err
			}
			if len(b) == 0 {
				break
			}
			off += int64(len(b))
			if err := l.place.take(b); err != nil {
				return err
			}
		}
	}
	if err := l.place.next(); err != nil {
		return err
	}
	b, _, err := l.from(ctx, l.path, command.Place{})
	if err != nil {
		return err
	}
	return l.place.take(b)
}
