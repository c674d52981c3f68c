// Package redact is the one gate between foreign bytes and everything that
// shows or stores them.
//
// What comes in: bytes of a remote host or a file (Raw). What goes out: Text,
// in which secrets are tokens and every other byte is a graphic rune, a blank
// or a tab. Nothing is deleted: a byte that cannot be shown gets a visible
// stand-in.
//
// A token is the kind and 40 bits of an HMAC-SHA256 over kind and value, with
// a key that only this run's memory holds: equal values give equal tokens in
// all streams, and tokens of two runs cannot be compared.
package redact
