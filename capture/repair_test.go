package capture

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

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
