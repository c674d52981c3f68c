package handshake

import (
	"bytes"
	"strconv"
)

// Line is the first line of an HTTP message in clear (RFC 9112, 2.1). Its
// bytes belong to the packet: they are valid while that is.
type Line struct {
	Method string // CONNECT; empty: another, or an answer
	Target string // of a CONNECT: host and port
	Status int    // of an answer
}

// maxLine bounds a first line.
const maxLine = 512

// Clear reads the first line of a CONNECT or of an answer; zero: it is neither.
func Clear(b []byte) Line {
	switch {
	case bytes.HasPrefix(b, []byte("HTTP/1.")):
		f := words(b)
		if len(f) >= 2 {
			n, _ := strconv.Atoi(string(f[1]))
			return Line{Status: n}
		}
	case bytes.HasPrefix(b, []byte("CONNECT ")):
		if f := words(b); len(f) == 3 && bytes.HasPrefix(f[2], []byte("HTTP/1.")) {
			return Line{Method: "CONNECT", Target: string(f[1])}
		}
	}
	return Line{}
}

func words(b []byte) [][]byte {
	line, _, _ := bytes.Cut(b[:min(len(b), maxLine)], []byte("\n"))
	return bytes.Fields(line)
}
