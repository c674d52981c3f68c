package offline_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// However many cores judge and write, a large capture and its text give the
// same report as one.
func TestCoresAgree(t *testing.T) {
	const file = "../../../../shared/corpus/bench/bench-30k.pcap"
	if _, err := os.Stat(file); err != nil {
		t.Skip("../shared is not there")
	}
	text, err := exec.Command("tcpdump", "-nn", "-vv", "-r", file).Output()
	if err != nil {
		t.Skip("tcpdump: ", err)
	}
	listing := filepath.Join(t.TempDir(), "bench.txt")
	if err := os.WriteFile(listing, text, 0o600); err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	for _, path := range []string{file, listing} {
		runtime.GOMAXPROCS(1)
		want := document(t, path, true)
		for _, cores := range []int{2, 3, 8} {
			runtime.GOMAXPROCS(cores)
			if got := document(t, path, true); got != want {
				t.Errorf("%s: %d cores say something else", filepath.Base(path), cores)
			}
		}
	}
}
