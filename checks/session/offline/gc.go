package offline

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

// late is the garbage collector's percentage until it runs first: from 4 MB,
// the least heap that it looks at, that is 40 MB.
const late = 1000

// collectLate lets a process that reads files allocate without collecting until
// its heap has that size: most captures are read in less. From the first
// collection on, what is usual holds.
var collectLate = sync.OnceFunc(func() {
	if os.Getenv("GOGC") != "" { // a person knows better
		return
	}
	usual := debug.SetGCPercent(late)
	// The collection finds that nobody holds this.
	runtime.SetFinalizer(new([64]byte), func(*[64]byte) { debug.SetGCPercent(usual) })
})
