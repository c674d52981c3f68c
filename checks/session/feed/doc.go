// Package feed is where the events of all sources of a run meet: a queue, the
// engine behind it, and updates at the pace of their receiver.
//
// What comes in: events (Post) from any goroutine, and questions to the engine
// (Ask). What goes out: merged updates (Out). Rows that come faster than they
// are received are dropped and counted; the diagnosis has had them.
//
// Run is called on a goroutine of its caller, which owns it: that goroutine
// alone touches the engine, and closes Out at its end. Post waits while the
// queue is full, and returns false once the feed has ended.
package feed
