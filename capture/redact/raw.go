package redact

import (
	"fmt"
	"io"
	"log/slog"
	"unsafe"
)

// Raw is bytes from a remote host or a file that nobody may show: they can
// hold secrets and terminal escapes. Only packages below capture read them
// (a test over the tree holds this); everything that prints a Raw gets a
// placeholder.
//
// It holds an address, not a slice: package fmt does not ask a value in an
// unexported field how it wants to be printed, and would print a slice's bytes.
type Raw struct {
	p    *byte
	n, c int
}

// Wrap marks b as raw. It does not copy: the caller must not reuse b.
func Wrap(b []byte) Raw { return Raw{unsafe.SliceData(b), len(b), cap(b)} }

// Bytes gives the bytes to a decoder below capture.
func (r Raw) Bytes() []byte { return unsafe.Slice(r.p, r.c)[:r.n:r.c] }

// Len is the number of bytes.
func (r Raw) Len() int { return r.n }

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
