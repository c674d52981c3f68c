// Package relay reads the captures of a Manager's command line, one after the other,
// as one stream. The Manager's own tcpdump has no watchdog, so each run is for as few
// packets as serve; the next one is begun while the last one still runs, and what
// both saw is given once.
//
// What comes in are runs that a Begin starts; what goes out is one listing. The Relay
// owns the runs that it began: it closes each. The next run is begun by a goroutine of
// its own, which ends when the run has begun or could not.
package relay
