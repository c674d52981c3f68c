// Package overlay holds what covers the panes: the help, a runbook, the form, a
// question.
//
// What comes in: a Scene (what an overlay may see of the screen), keys, and the
// answers of the commands that it asked for. What goes out: lines, and an Action
// (what it asks of the screen). An overlay never sees the screen's model; it does
// no I/O but in commands, which the screen runs beside itself.
package overlay
