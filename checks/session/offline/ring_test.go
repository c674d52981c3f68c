package offline_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"syncscope/checks/session/offline"
)

// cut parts a capture behind packet n; each part is a file of its own.
func cut(name string, data []byte, n int) (first, second []byte) {
	if filepath.Ext(name) == ".pcap" {
		at := 24
		for ; n > 0 && len(data) >= at+16; n-- {
			at += 16 + int(binary.LittleEndian.Uint32(data[at+8:]))
		}
		at = min(at, len(data))
		return data[:at], slices.Concat(data[:24], data[at:])
	}
	rows := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d\.\d{6} `).FindAllIndex(data, n+1)
	if len(rows) <= n {
		return data, nil
	}
	return data[:rows[n][0]], data[rows[n][0]:]
}

// shown is what a report says of the connections of files.
func shown(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := offline.Analyze(t.Context(), []string{dir}, testOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	fmt.Fprintln(&out, r.Diagnosis.Verdict)
	for _, c := range r.Diagnosis.Conns {
		fmt.Fprintln(&out, c.Client, c.Server, c.State, c.Packets, c.ToServerBytes, c.ToClientBytes, c.TLS.Stage, c.TLS.Version, c.Retransmissions, c.Resets, c.Trouble.FINBy, c.Trouble.AlertBy)
	}
	return out.String()
}

// The files of a ring, and the parts of a capture or of a listing that was cut, are
// read as the one capture that they are, in whatever order they are named.
func TestPartsAreOneCapture(t *testing.T) {
	names, _ := filepath.Glob("../../../../shared/cases/*/capture.pcap") // the patterns are well formed
	texts, _ := filepath.Glob("../../../../shared/cases/*/tcpdump.txt")
	own, _ := filepath.Glob("../../../../shared/corpus/missing/*ok*.pcap")
	names = slices.Concat(names, texts, own)
	if len(names) == 0 {
		t.Skip("../shared is not beside this checkout")
	}
	tried, whole := 0, 0
	for i, path := range names {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ext := filepath.Ext(path)
		want := shown(t, map[string][]byte{"a" + ext: data})
		for n := 1 + i%4; n < 40; n += 9 {
			first, second := cut(path, data, n)
			if len(second) <= 24 {
				break
			}
			tried++
			if got := shown(t, map[string][]byte{"1" + ext: second, "2" + ext: first}); got == want {
				whole++
			} else if tried-whole < 8 {
				t.Errorf("%s, cut behind %d:\n%swhole:\n%s", path, n, got, want)
			}
		}
	}
	t.Logf("%d of %d captures in two files are told as the whole is", whole, tried)
}
