package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"syncscope/capture/redact"
	"syncscope/ssh/command"
)

// Log is a log file on a host, with a mark where it ended when it was opened:
// Backlog reads what is before the mark, Follow what is after it, so that
// nothing is lost or doubled between the two.
type Log struct {
	sh   Shell
	path command.LogPath
	mark int64
	sudo bool
}

// OpenLog sets the mark. The SSM's log is read with sudo if the user himself
// may not.
func OpenLog(ctx context.Context, sh Shell, path command.LogPath) (*Log, error) {
	l := &Log{sh: sh, path: path}
	_, err := sh.Run(ctx, command.LogRight(path))
	var refused *RefusedError
	switch {
	case errors.As(err, &refused) && path == command.SSMMessages:
		l.sudo = true
	case refused != nil:
		return nil, &RefusedError{refused.Target, refused.Command, redact.Literal("this user may not read the log"), refused.Exit}
	case err != nil:
		return nil, err
	}
	l.mark, err = l.size(ctx)
	return l, err
}

func (l *Log) run(ctx context.Context, cmd command.Command) (command.Result, error) {
	if l.sudo {
		cmd = cmd.WithSudo()
	}
	return l.sh.Run(ctx, cmd)
}

func (l *Log) size(ctx context.Context) (int64, error) {
	res, err := l.run(ctx, command.LogSize(l.path))
	if err != nil {
		return 0, err
	}
	var size, inode int64
	if _, err := fmt.Fscan(res.Reader(), &size, &inode); err != nil {
		return 0, fmt.Errorf("%s: its size cannot be read (is it a file?)", l.path)
	}
	return size, nil
}

// Backlog reads the last n bytes before the mark, from the first whole line
// on. whole: there is nothing before them.
func (l *Log) Backlog(ctx context.Context, n int64) (r io.Reader, whole bool, err error) {
	from := max(0, l.mark-n)
	if l.mark == 0 {
		return bytes.NewReader(nil), true, nil
	}
	res, err := l.run(ctx, command.LogRange(l.path, from, l.mark-from))
	if err != nil {
		return nil, false, err
	}
	r = res.Reader()
	if from > 0 {
		r = &tailLines{r: r}
	}
	return r, from == 0, nil
}

// Follow reads from the mark on, and goes on with what is written.
func (l *Log) Follow(ctx context.Context) (io.ReadCloser, error) {
	cmd := command.LogFollow(l.path, l.mark)
	if l.sudo {
		cmd = cmd.WithSudo()
	}
	return l.sh.Stream(ctx, cmd)
}

// tailLines drops what stands before the first newline: the end of a line
// whose beginning was not read.
type tailLines struct {
	r     io.Reader
	begun bool
}

func (t *tailLines) Read(b []byte) (int, error) {
	n, err := t.r.Read(b)
	if t.begun {
		return n, err
	}
	nl := bytes.IndexByte(b[:n], '\n')
	if nl < 0 {
		return 0, err
	}
	t.begun = true
	return copy(b, b[nl+1:n]), err
}
