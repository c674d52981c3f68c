package lab

import (
	"context"
	"io"
	"sync"
)

// file is a log that grows. Readers are woken at once.
type file struct {
	mu      sync.Mutex
	data    []byte
	changed chan struct{} // closed and replaced at each append
}

func newFile() *file { return &file{changed: make(chan struct{})} }

func (f *file) append(line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data = append(append(f.data, line...), '\n')
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *file) size() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.data))
}

// from gives what stands from offset on, and what is closed at the next append.
func (f *file) from(offset int64) ([]byte, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	offset = min(max(offset, 0), int64(len(f.data)))
	return f.data[offset:len(f.data):len(f.data)], f.changed
}

// follow copies from offset on until ctx ends or the reader is gone.
func (f *file) follow(ctx context.Context, w io.Writer, offset int64) {
	for {
		b, changed := f.from(offset)
		if len(b) > 0 {
			if _, err := w.Write(b); err != nil {
				return
			}
			offset += int64(len(b))
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}
