// Package checks turns events into attempts, stages and findings.
//
// What comes in: capture.Event values, one at a time (Engine.Observe), and
// rules from assets. What goes out: Updates and findings. It is pure: no I/O
// beyond embedded data, no clock of its own.
//
// Diagnose owns the goroutines that judge attempts and list connections on all
// processors. They read the engine and end before Diagnose returns.
package checks
