package pane

import (
	"strconv"
	"testing"
	"time"
)

// numbered holds n rows, each with its number as message.
func numbered(n int) *store {
	st := &store{ring: ring{next: 1, first: 1}, marks: map[uint64]bool{}}
	for i := 1; i <= n; i++ {
		r, _ := st.put(Row{Message: strconv.Itoa(i)})
		st.admit(r)
	}
	return st
}

// The ring keeps the newest rows under their numbers, however many came.
func TestRingKeepsTheNewest(t *testing.T) {
	for _, n := range []int{1, firstRows, firstRows + 1, maxRows, maxRows + 1, 2*maxRows + 7} {
		st := numbered(n)
		if want := min(n, maxRows); st.Len() != want || st.Gone() != uint64(n-want) {
			t.Errorf("%d rows: %d held, %d gone", n, st.Len(), st.Gone())
		}
		for _, seq := range []uint64{st.first, st.next - 1} {
			if got := st.whole(seq).Message; got != strconv.Itoa(int(seq)) {
				t.Errorf("%d rows: number %d is %q", n, seq, got)
			}
		}
	}
}

// A filter shows what passes and as many rows around it as were asked for, and
// counts only what passes; without one all rows are in sight again.
func TestFilterShowsContext(t *testing.T) {
	st := numbered(20)
	match, err := TextFilter("^10$")
	if err != nil {
		t.Fatal(err)
	}
	st.SetFilter("^10$", match)
	for _, around := range []uint64{0, 3, 10} {
		for seq := st.first; seq < st.next; seq++ {
			near := seq+around >= 10 && seq <= 10+around
			if st.shown(seq) != near {
				t.Errorf("%d rows around: row %d is in sight: %v", around, seq, st.shown(seq))
			}
		}
		if st.kept != 1 {
			t.Errorf("%d rows pass", st.kept)
		}
		st.NextContext()
	}
	st.Unfilter()
	if st.kept != 20 || st.before(21) != 20 || st.after(0) != 1 {
		t.Errorf("without a filter %d rows pass", st.kept)
	}
}

// Where one stands stays while more arrives, and a search goes around the end.
func TestPositionStays(t *testing.T) {
	p := &position{store: *numbered(30), follow: true, height: 10}
	p.Scroll(-5)
	at := p.Current().Seq
	for i := range 100 {
		r, _ := p.put(Row{Message: strconv.Itoa(31 + i)})
		p.admit(r)
	}
	if p.Current().Seq != at || p.Following() {
		t.Errorf("one stood on %d, and stands on %d", at, p.Current().Seq)
	}
	q, err := NewQuery("^7$")
	if err != nil {
		t.Fatal(err)
	}
	p.Highlight(q)
	for range 2 { // the second time around the end
		if !p.Search(1) || p.Current().Seq != 7 {
			t.Errorf("the search stands on %d", p.Current().Seq)
		}
	}
	if p.Follow(); p.Current().Seq != 130 {
		t.Errorf("the newest row is %d", p.Current().Seq)
	}
}

// A flood begins at one rate and ends at a lower one: between them it stays as it
// is, so that nothing flickers.
func TestFloodBeginsAndEnds(t *testing.T) {
	var f flood
	now := time.Unix(1_000, 0)
	f.sample(now)
	for _, step := range []struct {
		rate int
		on   bool
	}{{floodFrom - 1, false}, {floodFrom, true}, {floodUntil, true}, {floodUntil - 1, false}, {floodFrom - 1, false}} {
		for i := range step.rate {
			f.count(&Row{Seq: uint64(i), Weight: Error})
		}
		now = now.Add(time.Second)
		if f.sample(now); f.on != step.on {
			t.Errorf("at %d rows a second: %v", step.rate, f.on)
		}
	}
	if len(f.errors) != lastErrors || f.counts[Error] != f.total {
		t.Errorf("%d errors are kept of %d", len(f.errors), f.total)
	}
}
