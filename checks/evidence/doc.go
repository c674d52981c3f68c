// Package evidence places what a run has seen: when, whose, and by which
// connection.
//
// What comes in: events of package capture, as they were read. What goes out:
// the lines of each kind of log in order of time, whatever files they came in
// (Log), moments that can be compared (Axis, Moment), who asked (Actor), and
// the connections with the packets worth citing (Connection).
//
// Nothing else compares the times of two events: readings of different clocks
// mean nothing side by side until an Axis has placed them.
//
// No goroutine is started here. A Log and an Axis belong to their caller's
// goroutine; an Axis does not change once it is made.
//
// To add a form of stamp: its place in Line, and its zone in zone.go.
package evidence
