// Package fact works out what no single event shows: that a name leads elsewhere,
// that only large segments are lost, that the SSM's log lacks a request.
//
// What comes in: a View of what a run has seen, and one attempt. What goes out: the
// evidence for the fact, each with the line or packet that shows it; nil where it
// does not hold or cannot be known. Facts are pure functions: they change nothing
// of the view, which owns what it points at, and several may run at once.
//
// To add a fact: a function in the file of its layer, and its name in All.
package fact
