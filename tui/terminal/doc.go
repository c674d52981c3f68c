// Package terminal is the terminal's own safety: it is set back after any end of
// the program, takes no hostile bytes, and is never waited for without a limit.
//
// What comes in: the bytes of frames, signals of suspension and of size, the
// program's crash. What goes out: the same bytes metered and guarded, and crash
// files without secrets.
//
// OnSuspend owns the goroutine that waits for SIGTSTP; the function that it
// returns ends it. The watcher is a process of its own.
package terminal
