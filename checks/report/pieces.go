package report

import (
	"cmp"
	"net/netip"
	"runtime"
	"sync/atomic"

	"syncscope/checks"
)

// pieceSize is how many connections a goroutine writes before it looks for the
// next ones: some 90 KB of a document.
const pieceSize = 64

// pieces are the connections of a document, of which some goroutines write
// pieceSize each at once; they come out in order.
type pieces struct {
	all   []checks.ConnectionState
	end   func(netip.AddrPort) string
	depth int
	next  atomic.Int64  // the first piece that nobody writes yet
	room  chan []byte   // memory for pieces: what bounds those that wait
	done  []chan []byte // of each piece
}

// connections writes the list of them with so many goroutines; 0: one a core.
func (in *indenter) connections(all []checks.ConnectionState, end func(netip.AddrPort) string, workers int) {
	n := (len(all) + pieceSize - 1) / pieceSize
	workers = min(cmp.Or(workers, runtime.GOMAXPROCS(0)), n)
	if end != nil { // what stands for a name may depend on who asked first
		workers = min(1, n)
	}
	ps := &pieces{all: all, end: end, depth: in.depth + 1, room: make(chan []byte, workers+1), done: make([]chan []byte, n)}
	for i := range ps.done {
		ps.done[i] = make(chan []byte, 1)
	}
	for range workers {
		ps.room <- nil
		go ps.write()
	}
	p := pretty{b: in.out, depth: in.depth}
	p.open('[')
	for _, done := range ps.done {
		in.out = p.b
		in.write()
		ps.room <- in.out
		p.b = <-done
	}
	close(ps.room)
	p.end(']') // without the last comma
	in.out = p.b
}

// write writes pieces until there are no more.
func (ps *pieces) write() {
	p, known := pretty{depth: ps.depth}, chains{}
	for room := range ps.room {
		from := int(ps.next.Add(1)-1) * pieceSize
		if from >= len(ps.all) {
			return
		}
		p.b = room[:0]
		for i := from; i < min(from+pieceSize, len(ps.all)); i++ {
			c := toConnection(&ps.all[i], ps.end, known)
			p.connection(&c)
		}
		ps.done[from/pieceSize] <- p.b
	}
}
