package redact

import (
	"fmt"
	"io"
	"log/slog"
)

// Raw is bytes from a remote host or a file that nobody may show: they can
// hold secrets and terminal escapes. Only packages below capture read them
// (a test over the tree holds this); everything that prints a Raw gets a
// placeholder.
type Raw struct{ b []byte }

// Wrap marks b as raw. It does not copy: the caller must not reuse b.
func Wrap(b []byte) Raw { return Raw{b} }

// Bytes gives the bytes to a decoder below capture.
func (r Raw) Bytes() []byte { return r.b }

// Len is the number of bytes.
func (r Raw) Len() int { return len(r.b) }

const withheld = "[raw bytes withheld]"

// String never shows the bytes.
func (Raw) String() string { return withheld }

// GoString never shows the bytes.
func (Raw) GoString() string { return withheld }

// Format never shows the bytes, whatever the verb.
func (Raw) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, withheld) }

// MarshalText never shows the bytes.
func (Raw) MarshalText() ([]byte, error) { return []byte(withheld), nil }

// LogValue never shows the bytes.
func (Raw) LogValue() slog.Value { return slog.StringValue(withheld) }
