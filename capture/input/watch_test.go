package input_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"syncscope/capture/input"
)

// quietLines are lines of a log that need nothing, n bytes and a little more.
func quietLines(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "rec %07d %s\n", i, strings.Repeat("y", i%90))
	}
	return b.String()
}

// A piece is repaired however much stands in front of it that needs nothing, and its
// lines keep their numbers.
func TestPieceBehindCleanLines(t *testing.T) {
	row := "rec z " + strings.Repeat("x", 114)
	for _, tt := range []struct{ name, piece, want, told string }{
		{"rows", strings.Repeat(row[:80]+"\n"+row[80:]+"\n", 20), row, "at 80 columns (20)"},
		{"a mail's answer", strings.Repeat("> "+row+"\n", 20), row, "`>` in front of 20 lines"},
		{"colours", strings.Repeat("rec \x1b[1mz\x1b[0m\n", 20), "rec z", "dropped (20 lines)"},
		{"blanks of an editor", strings.Repeat("rec 1234567\u00a0z\n", 20), "rec 1234567 z", "made plain (20 lines)"},
	} {
		for _, n := range []int{1 << 20, 1<<20 + 5000, 5 << 20} {
			quiet := quietLines(n)
			before := strings.Count(quiet, "\n")
			lines, told, last := read(t, []byte(quiet+tt.piece))
			if len(lines) != before+20 || lines[before] != fmt.Sprintf("%d %s", before+1, tt.want) {
				t.Fatalf("%s behind %d bytes: %d lines of %d, the last ones %q", tt.name, n, len(lines), before+20, lines[max(len(lines)-20, 0):])
			}
			if all := before + strings.Count(tt.piece, "\n"); last != all || !strings.Contains(told, tt.told) {
				t.Errorf("%s behind %d bytes: %d lines of %d, told as %q", tt.name, n, last, all, told)
			}
		}
	}
}

// What needs nothing comes as it is, however it is read, and though its lines begin in
// any way.
func TestLongCleanTextPasses(t *testing.T) {
	var odd strings.Builder
	for i := range 40_000 {
		const signs = "a-_:;=+*%@"
		fmt.Fprintf(&odd, "rec %d\n  at %c%c%c%c y\u00e4\n", i, signs[i%10], signs[i/10%10], signs[i/100%10], signs[i/1000%10])
	}
	for _, text := range []string{quietLines(3 << 20), quietLines(2<<20) + odd.String() + "\n\n", strings.Repeat("y", 3<<20), quietLines(1<<20) + "rec"} {
		for _, r := range []io.Reader{strings.NewReader(text), iotest.HalfReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
			again := input.Open(r, known)
			got, err := io.ReadAll(again)
			if text, ok := again.(*input.Text); ok && text.Repairs.String() != "" {
				t.Errorf("told as %s", text.Repairs.String())
			}
			if err != nil || !bytes.Equal(got, []byte(text)) {
				t.Fatalf("%d bytes of %d came, and %v", len(got), len(text), err)
			}
		}
	}
}

// How much is tried of a text whose lines begin in any way does not grow with it.
func TestWhatIsTriedIsBounded(t *testing.T) {
	calls := 0
	counting := known
	counting.Follows = func(b []byte) bool {
		calls++
		return known.Follows(b)
	}
	tried := func(n int) int {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "rec a\n  at b\n\n%s\n", strings.Repeat(string(rune('!'+i%60)), 1+i/60%7))
		}
		calls = 0
		if _, err := io.Copy(io.Discard, input.Open(strings.NewReader(b.String()), counting)); err != nil {
			t.Fatal(err)
		}
		return calls
	}
	if one, ten := tried(2<<20), tried(20<<20); ten > 8*one {
		t.Errorf("a text ten times as long is looked at %d times as much", ten/one)
	}
}

// A text that Open repairs is not intact, though Intact is given nothing but the lines
// that are no whole records, and those next to them. One that needs nothing is.
func TestIntactTellsWhatOpenDoes(t *testing.T) {
	row := "rec z " + strings.Repeat("x", 114)
	for name, piece := range map[string]string{
		"nothing":             "",
		"more of the record":  "  at z\n",
		"rows":                strings.Repeat(row[:80]+"\n"+row[80:]+"\n", 20),
		"a mail's answer":     strings.Repeat("> "+row+"\n", 20),
		"colours":             strings.Repeat("rec \x1b[1mz\x1b[0m\n", 20),
		"blanks of an editor": strings.Repeat("rec 1234567\u00a0z\n", 20),
	} {
		for _, before := range []int{0, 5000, 1 << 20, 3 << 20} {
			for _, behind := range []int{0, 2 << 20} {
				if piece == "" && before+behind == 0 {
					continue
				}
				front := quietLines(before)
				text := front + piece + quietLines(behind)
				opened, ok := input.Open(strings.NewReader(text), known).(*input.Text)
				if ok {
					if _, err := io.Copy(io.Discard, opened); err != nil {
						t.Fatal(err)
					}
					ok = opened.Repairs.String() != ""
				}
				got, clean := intact(text, len(front), len(front)+len(piece)), piece == "" || name == "more of the record"
				if got && ok || clean && !got {
					t.Errorf("%s behind %d bytes, %d follow: intact is %v, and Open repairs: %v", name, before, behind, got, ok)
				}
			}
		}
	}
}

// intact takes a text of which the lines from from to to are no whole records.
func intact(text string, from, to int) bool {
	tells := input.NewIntact(known)
	const block = 128 << 10
	b := []byte(text)
	for at := 0; at < len(b); at += block {
		end := min(at+block, len(b))
		if start, stop := max(at, from), min(end, to); start < stop {
			around := max(at, start-len("rec 0000000 \n"))
			tells.Lines(b[around:end], start-around, stop-around)
		}
		if !tells.Passed(end - at) {
			return false
		}
	}
	return tells.End()
}
