package follow

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"syncscope/ssh/command"
)

// Older reads the last n bytes, whole lines only, of the log's kth rotated file,
// the newest first, packed or not; nothing where there is none.
func (l *Log) Older(ctx context.Context, k int, n int64) ([]byte, error) {
	if l.journal != nil {
		return nil, nil
	}
	if k == 1 {
		var err error
		if l.older, err = l.rotations(ctx); err != nil {
			return nil, err
		}
	}
	if k > len(l.older) {
		return nil, nil
	}
	b, whole, err := l.end(ctx, l.older[k-1], n)
	if err == nil && !whole {
		b = b[bytes.IndexByte(b, '\n')+1:]
	}
	return b, err
}

// rotations are the log's rotated files, newest first.
func (l *Log) rotations(ctx context.Context) ([]command.LogPath, error) {
	res, err := l.run(ctx, command.RotatedLogs(l.path))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(res.Reader())
	return l.path.ParseRotated(string(b)), err
}

// end reads a file's last n bytes; whole: that is all of it.
func (l *Log) end(ctx context.Context, path command.LogPath, n int64) (b []byte, whole bool, err error) {
	cmd, from := command.LogUnpacked(path, n), int64(0)
	if !path.Packed() {
		res, err := l.run(ctx, command.LogSize(path))
		if err != nil {
			return nil, false, err
		}
		var size, inode int64
		if _, err := fmt.Fscan(res.Reader(), &size, &inode); err != nil {
			return nil, false, fmt.Errorf("%s: its size cannot be read (is it a file?)", path)
		}
		from = max(0, size-n)
		cmd = command.LogRange(path, from, size-from)
	}
	res, err := l.run(ctx, cmd)
	if err != nil {
		return nil, false, err
	}
	b, err = io.ReadAll(res.Reader())
	return b, from == 0 && int64(len(b)) < n, err
}
