package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks"
)

// failedInside is an SSM's log of a sign-in that the application answered with 500, without
// a word why, and of other lines.
func failedInside(lines ...string) string {
	out := ""
	for _, l := range lines {
		out += "Nov 14 " + l[:8] + " SSM-On-Prem " + l[9:] + "\n"
	}
	return out + "Nov 14 09:14:03 SSM-On-Prem 8def82934c0a: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=500 duration=17.67 view=2.29 db=0.00\n" +
		"Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [14/Nov/2025:09:14:03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1\" 500 47 \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\" \"-\"\n"
}

// What the host and other requests met in the same minute is the reason of a request where
// the request shows it: a part's word of itself is likely at most, and what is answered
// with another status, or befell a program beside the SSM's, is none.
func TestWhatTheHostSaysIsNoWordOfTheRequest(t *testing.T) {
	log := signIn("198.51.100.55", "", `Code: 500 Message: {"status":500,"error":"Internal Server Error"}`)
	for line, want := range map[string]string{
		`09:14:02 8def82934c0a: ActionController::RoutingError (No route matches [GET] "/wp-admin"):`:                             "",
		`09:14:03 8def82934c0a: ActionController::ParameterMissing (param is missing or the value is empty: user):`:               "",
		`09:14:03 8def82934c0a: ActiveRecord::RecordNotFound (Couldn't find User with 'id'=9):`:                                   "",
		"09:14:03 8def82934c0a: NoMethodError (undefined method `id' for nil:NilClass):":                                          "ssm-application-error likely",
		"09:14:43 8def82934c0a: NoMethodError (undefined method `id' for nil:NilClass):":                                          "",
		"09:14:02 kernel: Out of memory: Killed process 5512 (clamd) total-vm:1402112kB":                                          "",
		"09:14:02 kernel: clamd invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0":                                   "",
		"09:14:02 kernel: Out of memory: Killed process 5512 (node_exporter) total-vm:1402112kB":                                  "",
		"09:14:02 kernel: Out of memory: Killed process 5512 (ruby) total-vm:1402112kB":                                           "ssm-out-of-memory likely",
		"09:14:43 kernel: Out of memory: Killed process 5512 (ruby) total-vm:1402112kB":                                           "ssm-out-of-memory possible",
		"09:14:02 redis_exporter: write /var/lib/x: no space left on device":                                                      "disk-full possible",
		`09:14:01 dockerd[9]: time="2025-11-14T09:14:01Z" level=error msg="Failed to log msg: write /x: no space left on device"`: "disk-full likely",
		"09:14:02 0cc3a5d1f2b7: 2025-11-14 09:14:02.501 UTC [24] FATAL:  sorry, too many clients already":                         "postgres-too-many-clients likely",
		"09:14:02 e4ce50bef757: 2025/11/14 09:14:02 [alert] 47#47: 512 worker_connections are not enough":                         "",
	} {
		got := ""
		if root := engineOf(t, log, failedInside(line)).Diagnose().RootCause; root != nil {
			got = fmt.Sprint(root.ID, " ", root.Confidence)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	own := failedInside("09:14:03 8def82934c0a: PG::ConnectionBad (FATAL:  sorry, too many clients already):", "09:14:02 0cc3a5d1f2b7: 2025-11-14 09:14:02.501 UTC [24] FATAL:  sorry, too many clients already")
	if root := engineOf(t, log, own).Diagnose().RootCause; root == nil || root.Confidence != checks.Confirmed {
		t.Errorf("what the application threw at the request: %+v", root)
	}
}

// A trace's causes say once more what the Manager's line said: that is one piece of
// evidence. What another host or the capture says of it is another.
func TestARowBelowSaysItOnce(t *testing.T) {
	const untrusted = "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"
	failed := strings.TrimSuffix(signIn("198.51.100.55", "", "Message: "+untrusted+": javax.net.ssl.SSLHandshakeException: "+untrusted), "\n")
	line, rest, _ := strings.Cut(failed, "\n14-Nov-2025 09:14:03,170")
	log := line + "\nCaused by: sun.security.validator.ValidatorException: " + untrusted + "\n\tat java.base/sun.security.validator.PKIXValidator.doBuild(PKIXValidator.java:439)\nCaused by: " + untrusted[len("PKIX path building failed: "):] + "\n14-Nov-2025 09:14:03,170" + rest + "\n"
	root := engineOf(t, log).Diagnose().RootCause
	if root == nil {
		t.Fatal("no cause is named")
	}
	said := map[string]int{}
	for _, e := range root.Evidence {
		if said[e.Says]++; said[e.Says] > 1 {
			t.Errorf("%q is cited again: %s", e.Says, e.Text)
		}
	}
}
