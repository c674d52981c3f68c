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
	Login  Login  // of a CONNECT
	Status int    // of an answer
}

// Login tells whether a CONNECT carries credentials for the proxy (RFC 9110, 11.7.2).
type Login uint8

// LoginUnknown is of a header whose end is not in the packet.
const (
	LoginUnknown Login = iota
	LoginNone
	LoginGiven
)

// loginOf searches the fields of a CONNECT for the proxy's credentials.
func loginOf(b []byte) Login {
	for i := 0; ; {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return LoginUnknown
		}
		i += n + 1
		switch field := b[i:min(len(b), i+len(proxyLogin))]; {
		case bytes.EqualFold(field, proxyLogin):
			return LoginGiven
		case bytes.HasPrefix(field, []byte("\r\n")):
			return LoginNone
		}
	}
}

var proxyLogin = []byte("Proxy-Authorization:")

// introduced is the length of the PROXY protocol's header with which a balancer names
// the client it speaks for, version 1 or 2; 0: there is none.
func introduced(b []byte) int {
	const longest = 107 // of version 1
	if bytes.HasPrefix(b, []byte("PROXY ")) {
		return 2 + bytes.Index(b[:min(len(b), longest)], []byte("\r\n")) // without an end it is shorter than its word
	}
	if head := 16; len(b) >= head && bytes.HasPrefix(b, []byte("\r\n\r\n\x00\r\nQUIT\n")) {
		return head + int(b[head-2])<<8 + int(b[head-1])
	}
	return 0
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
			return Line{Method: "CONNECT", Target: string(f[1]), Login: loginOf(b)}
		}
	}
	return Line{}
}

// HTTP reports whether Clear reads a line.
func HTTP(b []byte) bool {
	return len(b) > 0 && (b[0] == 'H' || b[0] == 'C') && Clear(b) != (Line{})
}

func words(b []byte) [][]byte {
	line, _, _ := bytes.Cut(b[:min(len(b), maxLine)], []byte("\n"))
	return bytes.Fields(line)
}
