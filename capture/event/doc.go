// Package event holds what a decoder tells: events, the sources they come from,
// the references by which findings cite them, and their times.
//
// What comes in: what the leaves (handshake, logline, cliout, packet) decoded,
// each wrapped with its time and its place. What goes out: values that checks
// and the screen may keep and copy. They hold numbers, enums, addresses, times
// and redact.Text, and never bytes. An excerpt or a stamp that is made when it
// is asked for is a Later, which any goroutine may ask.
//
// To add an event: its struct here, the place in package capture that emits it,
// and the engine in checks/diagnose that observes it.
package event
