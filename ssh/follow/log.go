package follow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// Log is a log file on a host, with a mark where it ended when it was opened:
// Backlog reads what is before the mark, Follow what is after it, so that
// nothing is lost or doubled between the two. For one goroutine.
type Log struct {
	Timing Timing
	sh     shell.Shell
	path   command.LogPath
	mark   int64
	read   int64 // where what was read back begins
	sudo   bool

	place  position
	begun  bool      // place is known
	came   time.Time // when the last line came
	boot   string    // the host's boot id
	pulled bool      // the host has no bash, GNU tail or /proc
	mute   int       // how many looks in a row brought nothing of a log that is not empty

	older   []command.LogPath // its rotated files, newest first
	journal *journald         // it is the journal; nil: a file
}

// OpenSSMLog opens the SSM's log the way it is come by there.
func OpenSSMLog(ctx context.Context, sh shell.Shell, way shell.SSMLogin) (*Log, error) {
	switch way {
	case shell.LoginJournald:
		return OpenJournald(ctx, sh)
	case shell.LoginSudo:
		l := &Log{Timing: DefaultTiming, sh: sh, path: command.SSMMessages, sudo: true}
		var err error
		l.mark, err = l.size(ctx)
		return l, err
	}
	return OpenLog(ctx, sh, command.SSMMessages)
}

// OpenLog sets the mark. The SSM's log is read with sudo if the user himself
// may not.
func OpenLog(ctx context.Context, sh shell.Shell, path command.LogPath) (*Log, error) {
	l := &Log{Timing: DefaultTiming, sh: sh, path: path}
	_, err := sh.Run(ctx, command.LogRight(path))
	var refused *ssh.RefusedError
	switch {
	case errors.As(err, &refused) && path == command.SSMMessages:
		l.sudo = true
	case refused != nil:
		return nil, &ssh.RefusedError{Target: refused.Target, Command: refused.Command, Reply: redact.Literal("this user may not read the log"), Exit: refused.Exit}
	case err != nil:
		return nil, err
	}
	l.mark, err = l.size(ctx)
	var sudo *ssh.RefusedError
	if errors.As(err, &sudo) && l.sudo {
		err = &ssh.RefusedError{Target: sudo.Target, Command: sudo.Command, Exit: sudo.Exit,
			Reply: redact.Join(redact.Literal("this user may not read /var/log/messages, or it is not there, and under sudo the host says:"), sudo.Reply)}
	}
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

// Backlog reads the last n bytes before the mark, whole lines only. whole:
// there is nothing before them. Follow goes on behind the last one.
func (l *Log) Backlog(ctx context.Context, n int64) (r io.Reader, whole bool, err error) {
	if l.journal != nil {
		return l.journal.backlog(ctx, l, n)
	}
	from := max(0, l.mark-n)
	if l.mark == 0 {
		return bytes.NewReader(nil), true, nil
	}
	res, err := l.run(ctx, command.LogRange(l.path, from, l.mark-from))
	if err != nil {
		return nil, false, err
	}
	b, err := io.ReadAll(res.Reader())
	if err != nil {
		return nil, false, err
	}
	if len(b) == 0 {
		if size, err := l.size(ctx); err != nil || size >= l.mark { // it was not cut meanwhile
			return nil, false, errors.Join(err, l.mutely())
		}
	}
	end := bytes.LastIndexByte(b, '\n') + 1
	if end == 0 && from > 0 { // the middle of a very long line
		end = len(b)
	}
	l.place.at = behind(command.Place{Offset: from}, b[:end])
	if end == 0 {
		l.place.at = command.Place{}
	}
	begin := 0
	if from > 0 { // the end of a line whose beginning was not read
		begin = bytes.IndexByte(b[:end], '\n') + 1
	}
	l.read = from + int64(begin)
	return bytes.NewReader(b[begin:end]), from == 0, nil
}

// start sets the place where nothing was read back.
func (l *Log) start(ctx context.Context) error {
	if l.begun {
		return nil
	}
	if l.journal == nil && l.place.at.Offset == 0 {
		if _, _, err := l.Backlog(ctx, command.TailMax); err != nil {
			return err
		}
	}
	l.begun = true
	return nil
}

// target is the host, for errors.
func (l *Log) target() ssh.Target {
	if h, ok := l.sh.(interface{ Host() ssh.Target }); ok {
		return h.Host()
	}
	return ssh.Target{}
}
