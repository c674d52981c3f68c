package offline

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"syncscope/capture/event"
)

// longLog is the size from which two logs of a run are read in step.
var longLog int64 = 1 << 20

// chunkBytes is how much of a log is read in its turn: an attempt waits for little
// more than that of the other log.
var chunkBytes = 256 << 10

// maxOpen bounds the logs that are open at once; the others wait.
const maxOpen = 16

// lane is a log that is read in step with others: a chunk in its turn.
type lane struct {
	file string
	name string // in the report
	head head
	open bool
	next func() (error, bool) // reads a chunk; false: it is read
	stop func()
}

// long parts the logs from what else is to be read, where two of them are so
// long that it pays to read them in step. The shorter parts of a log go with the
// others: they would be out of order else.
func (h *heads) long(files []string, name func(string) string) (rest []string, logs []*lane) {
	n := 0
	if h.plain {
		return files, nil
	}
	for _, f := range files {
		one := h.of[name(f)]
		if one.kind == event.KindUnknown {
			rest = append(rest, f)
			continue
		}
		logs = append(logs, &lane{file: f, name: name(f), head: one})
		if one.size >= longLog {
			n++
		}
	}
	if n < 2 {
		return files, nil
	}
	return rest, logs
}

// errLeft is what is read of a log when another one has ended the run.
var errLeft = errors.New("the run has ended")

// run makes a lane of a visit, which is held up behind each chunk.
func (l *lane) run(read func(visit) error, v visit) {
	l.next, l.stop = iter.Pull(func(yield func(error) bool) {
		err := read(func(in input, r io.Reader) error {
			in.step = true
			return v(in, &chunked{r: r, left: chunkBytes, turn: func() bool { return yield(nil) }})
		})
		if err != nil {
			yield(err)
		}
	})
}

// chunked is held up behind each chunk until it is its turn.
type chunked struct {
	r    io.Reader
	left int // of the chunk
	turn func() bool
}

// Read reads on in the chunk.
func (c *chunked) Read(b []byte) (int, error) {
	if c.left <= 0 {
		if !c.turn() {
			return 0, errLeft
		}
		c.left = chunkBytes
	}
	n, err := c.r.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// inStep reads logs in step by their time, so that an attempt is whole, and need
// not wait, soon after its last line is read: each chunk is one of the log that is
// read the least far. One goroutine runs at a time.
func (p *inputs) inStep(logs []*lane) error {
	if len(logs) == 0 {
		return nil
	}
	defer func() {
		for _, l := range logs {
			l.stop()
		}
		p.together = false
	}()
	p.tell(logs)
	for left := logs; len(left) > 0; {
		i := p.hindmost(left)
		left[i].open = true
		switch err, more := left[i].next(); {
		case err != nil:
			return err
		case !more:
			left = append(left[:i:i], left[i+1:]...)
		}
	}
	return nil
}

// hindmost is the log whose newest line is the oldest, of those that are open or
// may be opened.
func (p *inputs) hindmost(logs []*lane) int {
	open := 0
	for _, l := range logs {
		if l.open {
			open++
		}
	}
	best, oldest := -1, time.Time{}
	for i, l := range logs {
		if !l.open && open >= maxOpen {
			continue
		}
		if at := p.reached(l.name, l.head); best < 0 || at.Before(oldest) {
			best, oldest = i, at
		}
	}
	return best
}

// tell tells who waits which logs are read.
func (p *inputs) tell(logs []*lane) {
	var names []string
	size := int64(0)
	for _, l := range logs {
		names, size = append(names, l.name), size+l.head.size
	}
	what := strings.Join(names, " and ")
	if len(names) > 2 {
		what = fmt.Sprintf("%d logs", len(names))
	}
	p.begin(what, size)
	p.together = true
}
