package offline

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// A person who waits is told how far an analysis is after statusFrom, and four
// times a second from then on.
const (
	statusFrom  = time.Second
	statusEvery = 250 * time.Millisecond
)

// progress is how far an analysis is. The goroutine that reads changes it, the
// one that watch starts shows it. Of nil, nobody is told.
type progress struct {
	now  atomic.Pointer[step]
	done atomic.Int64 // bytes of the step
}

// step is what is done at the moment, in words that are safe to show.
type step struct {
	text string
	size int64 // in bytes; 0: nobody knows, or there are none
}

// begin tells what is done from now on.
func (p *progress) begin(text string, size int64) {
	if p != nil {
		p.done.Store(0)
		p.now.Store(&step{text, size})
	}
}

// add counts bytes of it.
func (p *progress) add(n int) {
	if p != nil {
		p.done.Add(int64(n))
	}
}

// line is the progress in one line; "": nothing was begun.
func (p *progress) line() string {
	s := p.now.Load()
	if s == nil {
		return ""
	}
	switch done := p.done.Load(); {
	case s.size > 0:
		return fmt.Sprintf("%s: %d of %d MB", s.text, done>>20, s.size>>20)
	case done > 0:
		return fmt.Sprintf("%s: %d MB", s.text, done>>20)
	}
	return s.text
}

// watch has show told of a progress until stop is called; it is told "" at the
// end if it was told anything. A show that blocks is left behind: whoever waits
// at a stopped terminal still wants the run to end.
func watch(show func(string)) (p *progress, stop func()) {
	if show == nil {
		return nil, func() {}
	}
	p = &progress{}
	quit, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		last := ""
		for next := time.After(statusFrom); ; next = time.After(statusEvery) {
			select {
			case <-quit:
				if last != "" {
					show("")
				}
				return
			case <-next:
			}
			if line := p.line(); line != last {
				show(line)
				last = line
			}
		}
	}()
	return p, func() {
		close(quit)
		select {
		case <-over:
		case <-time.After(grace):
		}
	}
}

// counting counts what is read of a pipe.
type counting struct {
	r io.Reader
	p *progress
}

func (c counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.p.add(n)
	return n, err
}
