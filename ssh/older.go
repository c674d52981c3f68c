package ssh

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"syncscope/ssh/command"
)

// Older reads the last n bytes, whole lines only, of the log's kth rotated file;
// nothing where there is none.
func (l *Log) Older(ctx context.Context, k int, n int64) ([]byte, error) {
	if l.journal != nil || k > command.MaxRotated {
		return nil, nil
	}
	path := l.path.Rotated(k)
	res, err := l.run(ctx, command.LogSize(path))
	if err != nil {
		return nil, err
	}
	var size, inode int64
	if _, err := fmt.Fscan(res.Reader(), &size, &inode); err != nil {
		return nil, fmt.Errorf("%s: its size cannot be read (is it a file?)", path)
	}
	from := max(0, size-n)
	if res, err = l.run(ctx, command.LogRange(path, from, size-from)); err != nil {
		return nil, err
	}
	b, err := io.ReadAll(res.Reader())
	if err == nil && from > 0 {
		b = b[bytes.IndexByte(b, '\n')+1:]
	}
	return b, err
}
