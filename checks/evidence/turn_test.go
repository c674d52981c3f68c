package evidence

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// A log that has its newest line first says the same, whether records were turned or
// lines, and however few stamps it has.
func TestATurnedLogSaysTheSame(t *testing.T) {
	at := time.Date(2024, 3, 18, 9, 0, 0, 0, time.UTC)
	record := func(second int, level, class, text string, more ...string) []string {
		head := fmt.Sprintf("%s UTC %s [n1] [%s] (default task-1) |default| %s", at.Add(time.Duration(second)*time.Second).Format("02-Jan-2006 15:04:05,000"), level, class, text)
		return append([]string{head}, more...)
	}
	attempt := func(second int) [][]string {
		return [][]string{
			record(second, "INFO", "SmartLicensingIntegrationManager", "user is using in On Prem mode"),
			record(second, "INFO", "SmartLicensingIntegrationManager", "Authenticating on-prem server"),
			record(second+1, "ERROR", "RestAPIClient", "Failed to process POST request uri: backend/oauth/token Message: a.b.TimeoutException: late",
				"\tat java.base/sun.nio.ch.Net.pollConnectNow(Net.java:1)", "\tat com.example.Client.post(Client.java:2)", "Caused by: a.b.TimeoutException: late"),
			record(second+1, "ERROR", "SmartLicensingUtil", "Failed to authenticate user - 'u'."),
		}
	}
	for name, records := range map[string][][]string{"an attempt": attempt(0), "several": slices.Concat(attempt(0), attempt(60), attempt(180))} {
		shown := func(lines []string) (out []string) {
			r := newReader()
			for _, l := range lines {
				r.line(1, l)
			}
			for _, l := range r.log.Lines() {
				out = append(out, l.Stamp.Time.String()+l.Class.String()+l.Message.String())
			}
			return out
		}
		plain := slices.Concat(records...)
		want := shown(plain)
		turned := slices.Clone(records)
		slices.Reverse(turned)
		byLine := slices.Clone(plain)
		slices.Reverse(byLine)
		for how, lines := range map[string][]string{"records": slices.Concat(turned...), "lines": byLine} {
			if got := shown(lines); !slices.Equal(got, want) {
				t.Errorf("%s, %s turned:\n%q\ninstead of\n%q", name, how, got, want)
			}
		}
	}
}
