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
//
// A Decoder owns its goroutines: one unpacks gzip, one takes the packets of a
// capture while the next ones are framed, and one on each processor looks
// through the blocks of a listing. The Decoder closes the channels that feed
// them, and its last call returns when they have ended.
package capture
