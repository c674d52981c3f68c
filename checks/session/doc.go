// Package session is one run: it joins the sources (ssh, files), decodes
// them, feeds the engine and merges what changed into updates.
//
// What comes in: paths to read (Analyze) or hosts to connect to (Connect),
// the gate and the rules. What goes out: a report.Report, or a channel of
// checks.Update for a screen or for plain lines. It has no screen.
//
// A Live owns its goroutines: one for each host and each stream, one that runs
// the checks, and the hub's, which alone touches the engine and closes the
// channel of updates. Close ends their context and waits for them, some seconds
// at most. A Form owns the Live of each of its tests and closes them.
package session
