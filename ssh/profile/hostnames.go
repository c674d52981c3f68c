package profile

import (
	"io"
	"os"
	"slices"
	"strings"
)

// HostNames are the hosts that an ssh_config names: no patterns, and nothing
// else of the file. One that cannot be read names none.
func HostNames(path string) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) < 2 || !strings.EqualFold(words[0], "Host") {
			continue
		}
		for _, name := range words[1:] {
			if !strings.ContainsAny(name, "*?!\"#") && plain(name) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
