package relay

import (
	"fmt"
	"strings"
	"testing"
)

// What two captures of the same host both saw is given once, however the bytes are
// cut and wherever the first one ends: among packets of one stamp, over midnight, or
// long before the second one began.
func TestRowsOfTwoCapturesAreGivenOnce(t *testing.T) {
	t.Parallel()
	var all []string
	for i := range 24 {
		stamp := fmt.Sprintf("23:59:%02d.000001", 50+i/3)
		if i >= 15 {
			stamp = fmt.Sprintf("00:00:%02d.000001", i/3)
		}
		all = append(all, fmt.Sprintf("%s IP packet %d\n\tbelow %d\n", stamp, i, i))
	}
	const head, foot = "tcpdump: listening on eth0\n", "12 packets captured\n"
	for ends := 1; ends < len(all); ends++ {
		for begins := 0; begins <= ends; begins++ {
			for _, size := range []int{1, 7, 4096} {
				var w rows
				give := func(text string) {
					w.other()
					for b := []byte(text); len(b) > 0; {
						n := min(size, len(b))
						w.take(b[:n])
						b = b[n:]
					}
					w.end()
				}
				give(head + strings.Join(all[:ends], "") + foot)
				begin := begins - begins%3 // a capture that begins sees all of a stamp, or none
				give(head + strings.Join(all[begin:], "") + foot)
				if got, want := string(w.out), head+strings.Join(all[:ends], "")+foot+head+strings.Join(all[ends:], "")+foot; got != want {
					t.Fatalf("the first ends after %d, the second begins at %d, in pieces of %d:\n%s\nwant\n%s", ends, begin, size, got, want)
				}
			}
		}
	}
}
