package offline_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/capture/redact"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// document is an analysis as JSON, with a listing read once or never.
func document(t *testing.T, path string, once bool) string {
	t.Helper()
	from := int64(1) << 60
	if once {
		from = 0
	}
	defer offline.SetOnceFrom(from)()
	o := testOptions(t)
	o.Gate = redact.NewWithKey([]byte("test"))
	r, err := offline.Analyze(t.Context(), []string{path}, o)
	if err != nil {
		return err.Error()
	}
	var out bytes.Buffer
	if err := report.JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Read once, a listing by itself gives the report that two readings give.
func TestReadOnceIsTheSame(t *testing.T) {
	n := 0
	for _, pattern := range []string{"cases/*/*", "corpus/golden/*.txt", "corpus/tcpdump/tests/[a-i]*.out"} {
		files, _ := filepath.Glob("../../../../shared/" + pattern) // the pattern is well formed
		for _, path := range files {
			n++
			if want, got := document(t, path, false), document(t, path, true); got != want {
				t.Errorf("%s: another report", filepath.Base(path))
			}
		}
	}
	if n == 0 {
		t.Skip("../shared is not there")
	}
}

// A secret that only a later line reveals is masked before it too.
func TestReadOnceMasksWhatComesBefore(t *testing.T) {
	const secret = "k9X2mVb7RtQpLs4WnYc1HdEgJf0UaZo5"
	connect := func(n int) string {
		return strings.Repeat("12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 52)\n"+
			"    192.168.10.1.57886 > 10.1.1.1.3128: Flags [P.], seq 1:41, ack 1, win 64240, length 40: HTTP\n"+
			"\tCONNECT "+secret+".example:8443 HTTP/1.1\n", n)
	}
	path := filepath.Join(t.TempDir(), "capture.txt")
	packets := strings.Repeat("12:15:06.407183 IP 192.168.10.1.57886 > 10.1.1.1.3128: Flags [S], seq 100, win 64240, length 0\n", 4000)
	if err := os.WriteFile(path, []byte(packets+connect(3)+packets+"\tclient_secret="+secret+"\n"+packets), 0o600); err != nil {
		t.Fatal(err)
	}
	want, got := document(t, path, false), document(t, path, true)
	if got != want || strings.Contains(got, secret[:8]) || !strings.Contains(got, `"client_secret": `) {
		t.Errorf("%s", got)
	}
}

// A listing that has to be repaired behind its first megabyte is read as one that has to
// be from the start: what it cites is not cut from the file.
func TestReadOnceNoticesWhatIsRepairedLate(t *testing.T) {
	packet := func(second int, sign string) string {
		head := "12:15:" + "0123456789"[second/10:second/10+1] + "0123456789"[second%10:second%10+1] + ".406183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 60)\n"
		return sign + head + sign + "    192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], cksum 0x1234 (correct), seq 100, win 64240, options [mss 1460], length 0\n"
	}
	path := filepath.Join(t.TempDir(), "capture.txt")
	text := strings.Repeat(packet(6, ""), 8000) + packet(7, "> ") + packet(9, "> ") + packet(13, "> ")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want, got := document(t, path, false), document(t, path, true)
	if got != want || !strings.Contains(got, "in front of") {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
