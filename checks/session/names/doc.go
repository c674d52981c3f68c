// Package names keeps whom the gate was told of: hosts, users and certificates'
// names, so that --privacy can hide them everywhere.
//
// What comes in: events, updates and reports. What goes out: each name, once, to
// the gate, and a report without names. A Seen belongs to the goroutine that
// observes the events.
package names
