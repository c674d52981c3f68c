package report

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"testing"

	"syncscope/checks"
)

// However many connections there are, pieces of them make one list, in order.
func TestPiecesMakeOneList(t *testing.T) {
	for _, n := range []int{0, 1, pieceSize - 1, pieceSize, pieceSize + 1, 5*pieceSize + 3} {
		r := Report{}
		for i := range n {
			var c checks.ConnectionState
			c.Client, c.Packets = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 1), i
			r.Diagnosis.Conns = append(r.Diagnosis.Conns, c)
		}
		for _, end := range []func(netip.AddrPort) string{nil, netip.AddrPort.String} {
			r.End = end
			var out, want bytes.Buffer
			if err := JSON(&out, r); err != nil {
				t.Fatal(err)
			}
			var doc document
			if err := json.Unmarshal(out.Bytes(), &doc); err != nil || len(doc.Connections) != n {
				t.Fatalf("%d connections: %d came, %v", n, len(doc.Connections), err)
			}
			for i, c := range doc.Connections {
				if c.Packets != i || c.Client != r.Diagnosis.Conns[i].Client.String() {
					t.Fatalf("of %d, %d is %s with %d packets", n, i, c.Client, c.Packets)
				}
			}
			if err := json.Indent(&want, out.Bytes(), "", "  "); err != nil || want.String() != out.String() {
				t.Fatalf("%d connections: not indented as json does, %v", n, err)
			}
		}
	}
}
