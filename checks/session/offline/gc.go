package offline

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// late is the garbage collector's percentage until it runs first: from 4 MB,
// the least heap that it looks at, that is 40 MB.
const late = 1000

// limit is how much memory a run has before the collector works harder: it
// keeps a long log within 256 MB. What needs more has as much again as is in use.
const limit = 208 << 20

// collectLate lets a process that reads files allocate without collecting until
// its heap has that size: most captures are read in less. From the first
// collection on, what is usual holds, up to the limit.
var collectLate = sync.OnceFunc(func() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" { // a person knows better
		return
	}
	usual := debug.SetGCPercent(late)
	debug.SetMemoryLimit(limit)
	// The collection finds that nobody holds this.
	runtime.SetFinalizer(new([64]byte), func(*[64]byte) {
		debug.SetGCPercent(usual)
		raise()
	})
})

// raise gives a run with much in use a higher limit, after each collection:
// collecting for ever would be slower than having more.
func raise() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() == metrics.KindUint64 {
		debug.SetMemoryLimit(max(limit, 2*int64(live[0].Value.Uint64())))
	}
	runtime.SetFinalizer(new([64]byte), func(*[64]byte) { raise() })
}
