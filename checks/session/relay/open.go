package relay

import (
	"math/rand/v2"
	"sync"
)

// Open are the captures that were begun on a Manager's command line and were not
// seen to end, by the packets that each ends after.
type Open[T any] struct {
	mu   sync.Mutex
	runs map[int]T
}

// numbers is how many runs of about the same length can be told apart.
const numbers = 500

// Number is a number of packets near n that no other run of ours has, nor, most
// likely, one of a colleague's.
func (k *Open[T]) Number(n int) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	for range numbers {
		m := n + rand.IntN(numbers)
		if _, taken := k.runs[m]; !taken {
			return m
		}
	}
	return n
}

// Begin notes a capture that begins.
func (k *Open[T]) Begin(packets int, cmd T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.runs == nil {
		k.runs = map[int]T{}
	}
	k.runs[packets] = cmd
}

// Ended notes that a capture was seen to end.
func (k *Open[T]) Ended(packets int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.runs, packets)
}

// All are those that were not seen to end, and the most packets that one of them
// ends after.
func (k *Open[T]) All() (out []T, most int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for packets, cmd := range k.runs {
		out, most = append(out, cmd), max(most, packets)
	}
	return out, most
}

// None tells that none runs any more.
func (k *Open[T]) None() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.runs)
}
