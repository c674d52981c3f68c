package capture

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// Nothing begins in a row of a dump, whatever its bytes are.
func TestNothingBeginsInADump(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		row := fmt.Appendf(nil, "\t0x%04x:  ", 16*r.IntN(1<<12))
		for n := range 1 + r.IntN(8) {
			if n > 0 {
				row = append(row, ' ')
			}
			row = fmt.Appendf(row, "%04x", r.IntN(1<<16))
		}
		if !dumpRow(row) {
			t.Fatalf("%q is no row of a dump", row)
		}
		for at := range row {
			if begins(row[at:]) || recorded(row[at:]) {
				t.Fatalf("%q begins something", row[at:])
			}
		}
	}
	for _, line := range []string{"", "\t0x0000:", "\t0x0000:  ", " 0x0000:  4500 0034", "\t0x0000:  4500 0034  E..4", "\t0x00:  4500 0034", "\t0x0000: 4500 0034", "\t0x0000:  4500 wxyz"} {
		if dumpRow([]byte(line)) {
			t.Errorf("%q is a row of a dump", line)
		}
	}
}

// A file that nobody's tools touched passes byte for byte, and is known to.
func TestACleanFilePasses(t *testing.T) {
	files, _ := filepath.Glob("../../shared/cases*/*/*") // the pattern is well formed
	if len(files) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	clean := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, said := Repair(bytes.NewReader(data))
		again, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case said() != "":
			t.Logf("%s: %s", name, said())
		case !bytes.Equal(again, data):
			t.Errorf("%s: its bytes change, and nothing says so", name)
		default:
			clean++
		}
	}
	t.Logf("%d of %d files pass as they are", clean, len(files))
	if clean*100 < len(files)*97 {
		t.Errorf("only %d of %d files pass as they are", clean, len(files))
	}
}
