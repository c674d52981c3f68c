package capture_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// A listing with dumps tells the connections that the capture does: their
// course, and every byte of their TLS.
func TestDumpsTellWhatTheCaptureDoes(t *testing.T) {
	var files []string
	for _, pattern := range []string{"ja4/*/*.pcap*", "ja4/*.pcap*", "zeek/traces/tls/*.pcap", "zeek/traces/http/*.pcap", "wireshark/*.pcap"} {
		more, _ := filepath.Glob("../../shared/corpus/" + pattern) // the pattern is well formed
		files = append(files, more...)
	}
	if len(files) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	path, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Skip("tcpdump is not installed")
	}
	all, good := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		c := exec.CommandContext(ctx, path, "-nn", "-vv", "-xx", "-tt", "-r", name)
		var out, errs bytes.Buffer
		c.Stdout, c.Stderr = &out, &errs
		failed := c.Run()
		cancel()
		want := conns(t, bytes.NewReader(data))
		if failed != nil || len(want) == 0 {
			continue
		}
		all++
		got := conns(t, bytes.NewReader(append(errs.Bytes(), out.Bytes()...)))
		different := len(got) != len(want)
		for key, w := range want {
			if g, ok := got[key]; !ok || told(g) != told(w) {
				different = true
				g, w := told(got[key]), told(w)
				at := 0
				for at < min(len(g), len(w)) && g[at] == w[at] {
					at++
				}
				t.Logf("%s %s:\ngot  …%.200s\nwant …%.200s", filepath.Base(name), key, g[at:], w[at:])
				break
			}
		}
		if !different {
			good++
		}
	}
	t.Logf("%d of %d captures", good, all)
	if good*100 < all*98 {
		t.Errorf("only %d of %d captures", good, all)
	}
}

// names are what the gate may mask; the certificate's hash tells its bytes.
var names = regexp.MustCompile(`"(Subject|Issuer)":"[^"]*"`)

// told is what a connection tells, its times left out: -tt prints microseconds.
func told(c event.Connection) string {
	c.Start, c.RTT, c.ID = time.Time{}, 0, 0
	out, err := json.Marshal(c) // pointers are followed
	return fmt.Sprint(names.ReplaceAllString(string(out), `"$1":""`), err)
}

// What a listing holds shows in its kind and its level.
func TestLevels(t *testing.T) {
	const (
		first = "12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 40)\n"
		next  = "    192.168.10.1.57886 > 10.106.66.55.8443: Flags [S], cksum 0x1779 (incorrect -> 0x82fb), seq 100, win 64240, length 0\n"
		hex   = "\t0x0000:  4500 0028 0007 4000 4006 0000 c0a8 0a01\n\t0x0010:  0a6a 4237 e21e 20fb 0000 0064 0000 0000\n\t0x0020:  5002 faf0 0000 0000\n"
		ascii = "E..(..@.@.......\njB7.. ....d....P.......\n"
	)
	for text, want := range map[string]struct {
		kind  event.Kind
		level event.Level
	}{
		first + next:         {event.TcpdumpText, event.LevelText},
		first + next + hex:   {event.TcpdumpHex, event.LevelHex},
		first + next + ascii: {event.TcpdumpText, event.LevelTextA},
	} {
		d := capture.NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
		if _, err := d.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if s := d.Source(); s.Kind != want.kind || s.Level != want.level || d.Packets() != 1 {
			t.Errorf("%v, %v, %d packets of\n%s", s.Kind, s.Level, d.Packets(), text)
		}
	}
}
