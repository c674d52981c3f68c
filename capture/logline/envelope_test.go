package logline_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/logline"
	"syncscope/capture/redact"
)

// What stands in front of a line changes nothing of what the line says, and its time
// is the envelope's.
func TestEnvelopes(t *testing.T) {
	const answer = `10.66.76.85 - - [13/Jan/2023:11:17:01 +0000] "POST /backend/oauth/token HTTP/1.1" 403 121 "-" "Java" "-"`
	at := time.Date(2023, 1, 13, 11, 17, 1, 0, time.UTC)
	for front, zoned := range map[string]bool{
		"2023-01-13T11:17:01+00:00 SSM 504f06c0d581: ": true, "2023-01-13T11:17:01.000000Z SSM 504f06c0d581[12]: ": true, "2023-01-13T16:47:01+0530 SSM 504f06c0d581: ": true,
		"<30>1 2023-01-13T11:17:01Z SSM 504f06c0d581 12 - - ": true, `<30>1 2023-01-13T11:17:01Z SSM 504f06c0d581 12 ID [a@1 b="]"][c@1] ` + "\ufeff": true,
		"2023-01-13T11:17:01 SSM 504f06c0d581: ": false, "Fri 2023-01-13 11:17:01 UTC SSM 504f06c0d581: ": true, "Jan 13 2023 11:17:01 SSM 504f06c0d581: ": false,
		"2023-01-13T11:17:01.000000000Z ": true, "frontend_1  | 2023-01-13T11:17:01.000000000Z ": true, "2023-01-13T11:17:01.000000000Z stdout F ": true, "[pod/ssm-0/nginx] 2023-01-13T11:17:01Z ": true,
		"1673608621.000000 SSM 504f06c0d581: ": true, "2023-01-13T11:17:01Z relay Jan 13 11:17:00 SSM 504f06c0d581: ": true,
	} {
		e := parse(front + answer)
		if e.Form != logline.NginxAccess || e.Status != 403 || e.Client.String() != "10.66.76.85" {
			t.Errorf("%q: %+v", front, e)
		}
		if !e.Stamp.Time.Equal(at) || e.Stamp.Zoned != zoned || !e.Stamp.Dated {
			t.Errorf("%q: %+v", front, e.Stamp)
		}
	}
	for _, front := range []string{"Jan 13 17:29:03 vmanage vmanage-server: ", "<14>1 2023-01-13T17:29:03Z vmanage vmanage - - - ", "2023-01-13T17:29:03Z vmanage java[7]: ", "<134>Jan 13 17:29:03 relay vmanage ", "Jan 13 17:29:03 vmanage "} {
		if e := parse(front + strings.TrimSpace(manager) + " Smart Account User Authentication failed."); e.Form != logline.Manager || e.Topic != logline.TopicAuthFailed || e.Stamp.Zone != "IST" {
			t.Errorf("%q: %+v", front, e)
		}
	}
	for _, front := range []string{"Jan 13 17:29:03 vmanage vmanage-server: ", "2023-01-13T17:29:03Z vmanage java: "} { // the tag is no host
		if e := parse(front+strings.TrimSpace(manager)+" Smart Account User Authentication failed.", front); e.Form == logline.Syslog {
			t.Errorf("%q without words is another host's: %+v", front, e)
		}
	}
	if e := parse("Jan 13 17:29:03 vmanage vmanage-server: ERROR [n] [SmartLicensingUtil] (default task-24) |default| Smart Account User Authentication failed."); e.Topic != logline.TopicAuthFailed || e.Stamp.Time.Hour() != 17 {
		t.Errorf("without its own stamp: %+v", e)
	}
}

// Recogniser and parser are one: what the one says begins a record, the other reads,
// however a line was cut.
func TestRecogniserAndParserAgree(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/cases*/*/*") // the pattern is well formed
	if len(files) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 3))
	fronts := []string{"", "", "<30>", "2025-11-14T09:14:03Z ", "2025-11-14T09:14:03.5+00:00 h t: ", "x_1 | ", "Nov 14 09:14:03.123456 h t: ", "1731575643.123456 h t: "}
	lines := 0
	for _, name := range files {
		if strings.HasSuffix(name, ".pcap") || strings.HasSuffix(name, ".json") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if rnd.IntN(8) > 0 {
				continue
			}
			line = fronts[rnd.IntN(len(fronts))] + strings.TrimRight(line, "\r\n")
			if rnd.IntN(3) == 0 {
				line = line[:rnd.IntN(len(line)+1)]
			}
			lines++
			begins, e := logline.Begins(redact.Wrap([]byte(line))), parse(line)
			read := e.Form != logline.FormPlain && e.Form != logline.ManagerMore
			if read != (begins != logline.FormPlain) || (e.Form == logline.Manager) != (begins == logline.Manager) {
				t.Fatalf("seed %d: %q is %v to the recogniser and %v to the parser", seed, line, begins, e.Form)
			}
		}
	}
	t.Logf("%d lines", lines)
}
