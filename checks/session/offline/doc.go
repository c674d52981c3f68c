// Package offline reads saved files, archives and standard input and diagnoses
// them.
//
// What comes in: paths and Options. What goes out: a report.Report; what cannot
// be read or placed is named in it and does not end the run. It knows nothing of
// hosts: a session imports it, never the other way.
//
// Analyze owns its goroutines: one that reads and judges, and one that tells how
// far it is. Both end with the context; a read that never returns is left to the
// end of the process. Analyze closes every file that it opened.
package offline
