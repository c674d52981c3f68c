package capture_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"syncscope/capture/event"
)

// less names what a form with more bytes does not say, though one with fewer does.
func less(fewer, more event.Connection) (out []string) {
	a, b := fewer.TLS, more.TLS
	if a.Done() && !b.Done() {
		out = append(out, fmt.Sprintf("stage %s of %s", b.Stage.Is(), a.Stage.Is()))
	}
	if a.Version.Is() != 0 && b.Version.Is() == 0 {
		out = append(out, fmt.Sprintf("no version of %x", a.Version.Is()))
	}
	if x, y := fewer.Trouble.AlertBy.Is(), more.Trouble.AlertBy.Is(); x != 0 && x != y {
		out = append(out, fmt.Sprintf("alert by %q of %q", y, x))
	}
	return out
}

// undecidable are captures of whose text nothing tells what the bytes do: a server
// answers the ClientHello with as many bytes as an alert has, which are no record.
var undecidable = map[string]bool{"zeek/traces/tls/tls-1.2-protocol-error.pcap": true}

// A capture as text, with 54, 128 and all bytes of each packet: no form contradicts
// another, and none with more bytes says less. (That hex is the pcap is another test.)
func TestMoreBytesNeverSayLess(t *testing.T) {
	files := append(captures(corpus), captures("../../shared/cases")...)
	if len(files) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	conns := 0
	for _, path := range files {
		name := strings.TrimPrefix(path, corpus)
		if undecidable[name] {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		list := shots(f)
		_ = f.Close() // read only
		if len(list) == 0 {
			continue
		}
		var forms []map[int]event.Connection
		for _, b := range [][]byte{asText(list), asPcap(list, 54), asPcap(list, 128), asPcap(list, 1<<20)} {
			form := map[int]event.Connection{}
			for i, c := range ends(b) {
				form[i] = c.Connection
			}
			forms = append(forms, form)
		}
		for i := 1; i < len(forms); i++ {
			for j := range i {
				for n, more := range forms[i] {
					fewer, ok := forms[j][n]
					if !ok || fewer.Client != more.Client || fewer.Server != more.Server || len(forms[i]) != len(forms[j]) {
						continue
					}
					if j == 0 && i == 1 { // 54 bytes may hold less of TCP's header than a text prints
						continue
					}
					conns++
					if strings.Contains(name, "128") && i == len(forms)-1 { // its whole is cut, too
						continue
					}
					for _, what := range append(contradicts(fewer, more), less(fewer, more)...) {
						t.Errorf("%s, %s, form %d beside %d: %s", name, more.Client, j, i, what)
					}
				}
			}
		}
	}
	t.Logf("%d pairs of forms of %d captures", conns, len(files))
	if conns == 0 {
		t.Error("nothing was compared")
	}
}
