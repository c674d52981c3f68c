package diagnose

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"syncscope/checks"
)

// synced is a Manager's log of a sync whose sign-in was granted and whose call, a while
// after it, was answered with a status, on a clock that is off.
func synced(at time.Time, task, status int, while, off time.Duration) string {
	var b strings.Builder
	say := func(after time.Duration, level, class, what string) {
		fmt.Fprintf(&b, "%s UTC %s [mgr-a] [%s] (default task-%d) |default| %s\n", at.Add(after+off).Format("02-Jan-2006 15:04:05,000"), level, class, task, what)
	}
	const request = "backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=*******"
	say(0, "INFO", "SmartLicensingIntegrationManager", "user is using in On Prem mode")
	say(0, "INFO", "SmartLicensingUtil", "intializing client Map {clientUrl=198.51.100.55, client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ, client_id=abcdefghijklmnopqrstuvwxyz0123456789}")
	say(0, "INFO", "SmartLicensingUtil", "URL "+request)
	say(1100*time.Millisecond, "INFO", "SmartLicensingIntegrationManager", "Smart Account user authenticated successfully")
	say(while+1150*time.Millisecond, "INFO", "SmartLicensingUtil", "Query Smart Account details: backend/api/v1/accounts/search")
	if status != 200 {
		say(while+2200*time.Millisecond, "ERROR", "RestAPIClient", fmt.Sprintf("Failed to process GET request uri: backend/api/v1/accounts/search . Code: %d Message: ", status))
		return b.String()
	}
	say(while+2200*time.Millisecond, "INFO", "SmartLicensingUtil", "Received licenses: 373 bytes")
	say(while+2200*time.Millisecond, "INFO", "SmartLicensingIntegrationManager", "Sync Licenses and Refresh Devices completed")
	return b.String()
}

// served is the SSM's log of that sync.
func served(at time.Time, status int, while time.Duration) string {
	line := func(after time.Duration, request string, status int) string {
		when := at.Add(after)
		return when.Format("Jan _2 15:04:05") + " SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [" + when.Format("02/Jan/2006:15:04:05 +0000") + "] \"" + request + fmt.Sprintf(" HTTP/1.1\" %d 121 \"-\" \"Apache-HttpClient/4.5.14 (Java/17.0.21)\" \"-\"\n", status)
	}
	return line(time.Second, "POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x", 200) +
		line(while+2*time.Second, "GET /backend/api/v1/accounts/search", status)
}

// A call is asked with a token: one that stands above a sync's sign-in is the sync's
// before it, also where a clock that is off by a little has it in the later one's time.
func TestACallAboveTheSignIn(t *testing.T) {
	first := time.Date(2025, 11, 14, 9, 14, 3, 0, time.UTC)
	const while = 15 * time.Second
	again := first.Add(while + 2300*time.Millisecond)
	for _, off := range []time.Duration{0, -400 * time.Millisecond, -time.Second, time.Second, -3 * time.Second} {
		d := engineOf(t, synced(first, 61, 401, while, off)+synced(again, 62, 200, 0, off), served(first, 401, while)+served(again, 200, 0)).Diagnose()
		if d.Verdict != checks.OK || len(d.Attempts) != 2 || len(d.Each) != 2 || d.Each[0].Cause == nil || d.Each[0].Cause.ID != "token-expired" || d.Each[0].Cause.Confidence != checks.Likely {
			t.Errorf("off by %s: %s, %d attempts, %+v", off, d.Verdict, len(d.Attempts), d.Each)
		}
	}
}

// A line that nginx closed with 499 is the end of the attempt whose Manager gave up: with
// it both clocks are known, however far they are apart.
func TestTheEndOfAManagerThatGaveUp(t *testing.T) {
	log := signIn("198.51.100.55", "", "Message: Read timed out: java.net.SocketTimeoutException: Read timed out")
	for _, off := range []time.Duration{0, 47 * time.Second, -3 * time.Hour, 26 * time.Hour} {
		at := time.Date(2025, 11, 14, 9, 14, 2, 0, time.UTC).Add(off)
		ssm, _, _ := strings.Cut(served(at, 200, 0), "\n")
		d := engineOf(t, log, strings.Replace(ssm, `" 200 121`, `" 499 0`, 1)+"\n").Diagnose()
		if d.RootCause == nil || d.RootCause.ID != "backend-stalled" {
			t.Errorf("off by %s: %s, %+v", off, d.Verdict, d.RootCause)
		}
	}
}
