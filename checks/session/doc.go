// Package session is one run on hosts: it logs in, joins the streams, decodes
// them and hands events to its feed.
//
// What comes in: hosts to connect to, the gate and the rules. What goes out: a
// channel of view.Update for a screen or for plain lines, and a report.Report.
// It has no screen. feed merges updates, offline reads saved files, names keeps
// whom the gate was told of.
//
// A Live owns its goroutines: one for each host and each stream, one that runs
// the checks, and the feed's, which alone touches the engine and closes the
// channel of updates. Close ends their context and waits for them, some seconds
// at most. A Form owns the Live of each of its tests and closes them.
package session
