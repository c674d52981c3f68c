// Package follow reads one log of a host without gaps: its end, what was rotated
// away, and what is written from then on, also after the link was lost.
//
// What comes in: a shell.Shell on the host and the log's path. What goes out:
// lines to a Sink with their position, gaps with what is known of them, and
// offsets that a later run goes on from.
//
// A call of Follow owns the goroutines that read the host's output and send the
// heartbeat; they end with the shell's channel. The caller closes the shell.
package follow
