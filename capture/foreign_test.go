package capture_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"syncscope/capture/dialect"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// A row belongs to today's tcpdump or to another tool's grammar, never to both, and
// each packet of TCP that tcpdump prints is its own.
func TestRowsHaveOneGrammar(t *testing.T) {
	golden, _ := filepath.Glob(corpus + "golden/*tcpdump-vv.txt") // the patterns are well formed
	shapes, _ := filepath.Glob("../../shared/shapes/*.txt")
	if len(golden)*len(shapes) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	own, other := 0, 0
	for _, name := range append(golden, shapes...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var d dialect.Scanner
		for line := range bytes.Lines(text) {
			raw := redact.Wrap(line)
			mine, theirs := tcpdump.Own(raw), d.Line(raw)
			flags := line[0] != '\t' && bytes.Contains(line, []byte(": Flags ["))
			switch {
			case mine && (theirs == dialect.Packet || theirs == dialect.Wait):
				t.Errorf("%s: %q has two grammars", name, line)
			case mine:
				own++
			case theirs == dialect.Packet:
				other++
			case flags && endpoints(line):
				t.Errorf("%s: %q is nobody's own", name, line)
			}
		}
	}
	t.Logf("%d rows are tcpdump's own, %d are packets of another tool", own, other)
	if own == 0 || other == 0 {
		t.Error("one of both was not tried")
	}
}

// endpoints reports whether the word before the flags is an end of TCP: other
// protocols of tcpdump's have flags in brackets, too.
func endpoints(line []byte) bool {
	before, _, _ := bytes.Cut(line, []byte(": Flags ["))
	at := bytes.LastIndex(before, []byte(" > "))
	return at > 0 && bytes.IndexByte(before[at+3:], ' ') < 0
}
