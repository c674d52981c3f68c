package session

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync"
)

// maxStdin bounds what is kept of standard input, which is read twice.
const maxStdin = 1 << 30

var piped = sync.OnceValues(func() ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(os.Stdin, maxStdin+1))
	if err == nil && len(data) > maxStdin {
		err = &InputError{"-", "is larger than 1 GiB", "save it to a file and give its path"}
	}
	return data, err
})

func stdin(ctx context.Context) (*bytes.Reader, error) {
	data, err := piped()
	if err != nil {
		return nil, err
	}
	return bytes.NewReader(data), ctx.Err()
}
