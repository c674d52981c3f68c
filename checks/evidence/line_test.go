package evidence

import "testing"

// A line that ends where several of its file end, and none goes on, may have been cut
// there; the one that is longest by itself was not.
func TestWhole(t *testing.T) {
	const front = "13-Jan-2023 17:29:02,793 IST INFO [n] [RestAPIClient] (t) |default| "
	for _, tt := range []struct {
		lines []string
		whole []bool
	}{
		{[]string{"RestAPI proxy host", "RestAPI proxy port 31", "Getting onPrem server"}, []bool{true, false, false}},
		{[]string{"RestAPI proxy host", "RestAPI proxy port", "Getting onPrem server details"}, []bool{true, true, true}},
	} {
		r := newReader()
		for _, l := range tt.lines {
			r.line(1, front+l)
		}
		for i, l := range r.log.Lines() {
			if l.Whole() != tt.whole[i] {
				t.Errorf("%q in %q: whole %v", l.Message, tt.lines, l.Whole())
			}
		}
	}
}
