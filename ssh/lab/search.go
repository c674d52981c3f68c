package lab

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// searchName is what the search of a log is called (ssh/command/search.sh).
const searchName = "syncscope-search"

// search plays search.sh, as a host with grep would; where nothing stands for one
// line of each three minutes.
func (s *shell) search(args []string, std stdio) int {
	f := s.open("sh", args[0], std)
	size, err := strconv.ParseInt(args[1], 10, 64)
	if f == nil || err != nil {
		return 3
	}
	attempt, success := false, false
	for _, name := range append([]string{args[0]}, s.host.rotated...) {
		if !strings.HasPrefix(name, args[0]) || attempt && success {
			continue
		}
		b, _ := s.host.files[name].from(0)
		if name == args[0] {
			b = b[:min(int64(len(b)), size)]
		}
		fmt.Fprintf(std.out, "= %s\n", name)
		for k, class := range slices.Collect(slices.Chunk(args[7:], 5)) {
			out, err := section(b, class)
			if err != nil {
				return 2
			}
			if len(out) > 0 {
				fmt.Fprintf(std.out, "+ %d\n", k)
				_, _ = std.out.Write(out) // the reader may be gone
				attempt, success = attempt || k == 0, success || k == len(args[7:])/5-1
			}
		}
	}
	return 0
}

// section is what grep -n -B -A | tail -n | tail -c prints.
func section(text []byte, class []string) ([]byte, error) {
	pattern, err := regexp.Compile(class[4])
	if err != nil {
		return nil, err
	}
	var n [4]int
	for i := range n {
		if n[i], err = strconv.Atoi(class[i]); err != nil {
			return nil, err
		}
	}
	var all, out [][]byte
	for line := range bytes.Lines(text) {
		all = append(all, line)
	}
	until := -1
	for i, line := range all {
		if !pattern.Match(line) {
			continue
		}
		for at := max(until+1, i-n[0]); at < min(len(all), i+n[1]+1); at++ {
			until = max(until, at)
			out = append(out, fmt.Appendf(nil, "%d:%s", at+1, all[at]))
		}
	}
	joined := bytes.Join(out[max(0, len(out)-n[2]):], nil)
	return joined[max(0, len(joined)-n[3]):], nil
}
