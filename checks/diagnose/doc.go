// Package diagnose is the engine: it keeps what bears on a sync, has attempts put
// together (checks/attempt), judges each, and picks the root cause.
//
// What comes in: event.Event values, one at a time (Engine.Observe), and rules.
// What goes out: a checks.Diagnosis of the moment. It is pure: no I/O, no clock
// of its own.
//
// An attempt is judged when it is seen, and again only if its own evidence has
// changed or, for those that may be looked at now, what bears on all of them: the
// cost of a line does not grow with what came before. Of more attempts than are
// told of one by one, the oldest are counted and let go of.
//
// Diagnose owns the goroutines that judge attempts and list connections on all
// processors. They only read the engine, so a fact must not change it, and they
// end before Diagnose returns. An Engine belongs to one goroutine at a time.
package diagnose
