// Package diagnose is the engine: it turns events into attempts, their stages
// and findings, and picks the root cause.
//
// What comes in: event.Event values, one at a time (Engine.Observe), and rules.
// What goes out: a checks.Diagnosis of the moment. It is pure: no I/O, no clock
// of its own.
//
// Diagnose owns the goroutines that judge attempts and list connections on all
// processors. They only read the engine, so a fact must not change it, and they
// end before Diagnose returns. An Engine belongs to one goroutine at a time.
//
// To add a fact: a function in the fact file of its layer and its name in facts.
package diagnose
