package attempt

import (
	"fmt"
	"strings"
	"testing"
)

// Lines that are cut before their thread or tenant go to the attempt that its whole
// lines tell of; what may be several attempts' is none's.
func TestWhoseACutLineIs(t *testing.T) {
	line := func(at, level, class, thread, rest string) string {
		return strings.TrimRight(fmt.Sprintf("04-Mar-2025 10:00:%s UTC %s [n1] [%s] (%s%s", at, level, class, thread, rest), " ") + "\n"
	}
	const manager, util, rest, resource = "SmartLicensingIntegrationManager", "SmartLicensingUtil", "RestAPIClient", "SmartLicensingIntegrationRestfulResource"
	begins := line("00,000", "INFO", manager, "default ta", "")
	calls := line("00,010", "INFO", util, "default task-1", ") |default| URL backend/oa")
	fails := line("00,900", "ERROR", rest, "default task-1", ") |default| Failed to pr")
	ends := line("00,910", "ERROR", resource, "def", "")
	second := strings.NewReplacer("10:00:00", "10:00:20", "task-1", "task-2")
	report := say("10:00:05", "default/task-9", "Uploading lic") + say("10:00:06", "default/task-9", "Failed to process POST request uri: backend/api/v1/accounts/a/reports/usage . Code: 413 Message: <html>")
	for _, tt := range []struct{ name, text, want string }{
		{"cut inside the thread's name, then whole", begins + calls + fails + ends, "4 lines, failed"},
		{"cut before the tenant, then whole", line("00,000", "INFO", manager, "default task-1", ") |") + calls + fails, "3 lines, failed"},
		{"an end that may be two attempts'", begins + calls + second.Replace(begins+calls+fails+ends), "3 lines; 2 lines, failed"},
		{"nothing but cut names, and a wait between them", begins + second.Replace(begins+ends), "3 lines, failed, mixed"},
		{"nothing but cut names, one behind another's failure", begins + ends + second.Replace(begins+ends), "2 lines, failed; 2 lines, failed"},
		{"nothing but cut names, at once", begins + ends, "2 lines, failed"},
		{"a report whose words are cut, after the licences", signIn("10:00:00", "", "default", clientA, "ann", "") + say("10:00:02", "default", "Received licenses: 70 bytes") + report, "5 lines, failed"},
	} {
		var got []string
		for _, a := range newRun().text(tt.text).match().Traces {
			s := fmt.Sprintf("%d lines", len(a.Lines))
			if a.Failed != nil {
				s += ", failed"
			}
			if a.Mixed {
				s += ", mixed"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.want)
		}
	}
}
