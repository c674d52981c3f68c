// Package session is one run: it joins the sources (ssh, files), decodes
// them, feeds the engine and merges what changed into updates.
//
// What comes in: paths to read (Analyze) or hosts to connect to (Connect),
// the gate and the rules. What goes out: a report.Report, or a channel of
// checks.Update for a screen or for plain lines. It has no screen.
package session
