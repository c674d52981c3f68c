package capture

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"syncscope/capture/packet"
	"syncscope/capture/pcap"
)

// unread counts the frames of which nothing is read, by reason. The goroutine that
// decodes counts; who asks may be another.
type unread struct {
	mu sync.Mutex
	n  map[string]int
}

// maxReasons bounds the reasons that are told apart.
const maxReasons = 32

func (u *unread) count(fr *pcap.Frame, err error) {
	why := packet.Unread(fr.Link, fr.Data, err)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.n == nil {
		u.n = map[string]int{}
	}
	if _, known := u.n[why]; !known && len(u.n) >= maxReasons {
		why = "other types"
	}
	u.n[why]++
}

// list tells of which frames nothing was read, the most first: "812 frames
// (EtherType 0x88cc)".
func (u *unread) list() (out []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	reasons := make([]string, 0, len(u.n))
	for why := range u.n {
		reasons = append(reasons, why)
	}
	slices.SortFunc(reasons, func(a, b string) int {
		return cmp.Or(cmp.Compare(u.n[b], u.n[a]), cmp.Compare(a, b))
	})
	for _, why := range reasons {
		s := "s"
		if u.n[why] == 1 {
			s = ""
		}
		out = append(out, fmt.Sprintf("%d frame%s (%s)", u.n[why], s, why))
	}
	return out
}

// Unread tells of which frames nothing was read, and how many they are.
func (c *counts) Unread() []string { return c.unread.list() }
