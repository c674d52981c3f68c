// Package capture turns the bytes of a source into events.
//
// What comes in: an io.Reader of a live stream or a file, and the gate
// (redact.Session). What goes out: Events in the order of the source, each
// with its time, its line or packet number and safe text.
//
//	io.Reader ── lines or frames as redact.Raw ──┬─ tcpdump ── packet ── handshake ──┐
//	(ssh, file)                                  ├─ logline ───────────────────────┼── Event
//	                                             └─ cliout ────────────────────────┘
//	                                        every text through redact.Session
package capture
