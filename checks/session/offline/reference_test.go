package offline_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/capture/redact"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// samples are the folders of ../shared whose files are all analysed on both paths.
var samples = []string{"cases", "cases-new", "cases-reports", "cases-live", "cases-missing", "pastes", "shapes", "corpus"}

// both is what an analysis writes on one of the two paths: JSON, or its error.
// The gate's key is fixed, so that tokens are the same.
func both(t *testing.T, path string, reference bool) []byte {
	t.Helper()
	o := testOptions(t)
	o.Gate, o.Reference = redact.NewWithKey([]byte("test")), reference
	r, err := offline.Analyze(t.Context(), []string{path}, o)
	if err != nil {
		return []byte(err.Error())
	}
	var out bytes.Buffer
	if err := report.JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// inputsBelow are the files below a folder of ../shared, and its folders that
// hold files: logs and capture of one case together.
func inputsBelow(t *testing.T, root string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "truth.json" {
			return err
		}
		if dir := filepath.Dir(path); dir != root && !strings.Contains(path, "corpus") && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
		out = append(out, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// All that exists for speed alone changes nothing: over every sample, text and
// capture alike, the report is that of the reference path, byte for byte.
func TestFastIsTheReference(t *testing.T) {
	defer offline.SetOnceFrom(0)()      // a small listing is read once too
	defer offline.SetInStep(0, 2<<10)() // and small logs are read in step
	for _, name := range samples {
		root := filepath.Join("..", "..", "..", "..", "shared", name)
		if _, err := os.Stat(root); err != nil {
			t.Skip("../shared is not there")
		}
		paths := inputsBelow(t, root)
		for _, path := range paths {
			if fast, plain := both(t, path, false), both(t, path, true); !bytes.Equal(fast, plain) {
				t.Errorf("%s: another report: %s", path, firstDifference(fast, plain))
			}
		}
		t.Logf("%s: %d inputs", name, len(paths))
	}
}

// firstDifference is the first line in which two reports differ.
func firstDifference(fast, plain []byte) string {
	a, b := strings.Split(string(fast), "\n"), strings.Split(string(plain), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "fast " + strings.TrimSpace(a[i]) + ", reference " + strings.TrimSpace(b[i])
		}
	}
	return "one is longer"
}
