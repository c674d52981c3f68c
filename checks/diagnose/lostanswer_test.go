package diagnose

import (
	"fmt"
	"strings"
	"testing"
)

// nginx may answer in the application's place: it lost the answer, or gave up before it
// came. Both lines are of one request, and the client had nginx's answer.
func TestNginxMayAnswerInTheApplicationsPlace(t *testing.T) {
	const query = "/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&username=svc"
	nginxError := func(at, text string) string {
		return fmt.Sprintf("Jan 13 %s SSM 0bb: 2023/01/13 %[1]s [error] 4#4: *7 %s, client: 10.66.76.81, server: , request: \"POST /backend%s HTTP/1.1\", upstream: \"http://[fd00::5]:3000%[3]s\", host: \"h\"\n", at, text, query)
	}
	access := func(at string, status int) string {
		return fmt.Sprintf("Jan 13 %s SSM 0bb: 10.66.76.81 - - [13/Jan/2023:%[1]s +0000] \"POST /backend%[3]s HTTP/1.1\" %[2]d 150 \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\" \"-\"\n", at, status, query)
	}
	rails := func(at string, status, ms int) string {
		return fmt.Sprintf("Jan 13 %s SSM 0aa: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=%d duration=%d.0 view=2.29 db=0.40 time=2023-01-13T%[1]sZ client_ip=10.66.76.81 user_agent=Apache-HttpClient/4.5.11 (Java/11.0.7)\n", at, status, ms)
	}
	const late = "upstream timed out (110: Connection timed out) while reading response header from upstream"
	var others strings.Builder
	for i := range 30 {
		others.WriteString(strings.NewReplacer("10.66.76.81", "10.66.76.99", "Apache-HttpClient/4.5.11 (Java/11.0.7)", "check_http/v2.3").Replace(access(fmt.Sprintf("11:17:%02d", 4+i/6), 200)))
	}
	for _, c := range []struct {
		name, log, cause string
		attempts         int
	}{
		{"a header too big", rails("11:17:03", 200, 17) + nginxError("11:17:03", "upstream sent too big header while reading response header from upstream") + access("11:17:03", 502), "answer-too-big", 1},
		{"closed in the middle", rails("11:17:03", 200, 17) + nginxError("11:17:03", "upstream prematurely closed connection while reading response header from upstream") + access("11:17:03", 502), "backend-crash", 1},
		{"no room for the answer", rails("11:17:03", 200, 17) + nginxError("11:17:03", `open() "/var/lib/nginx/proxy/1" failed (13: Permission denied) while reading upstream`) + access("11:17:03", 500), "", 1},
		{"answered after 504", nginxError("11:17:03", late) + access("11:17:03", 504) + rails("11:17:10", 200, 67_000), "backend-stalled", 1},
		{"refused after 504", nginxError("11:17:03", late) + access("11:17:03", 504) + rails("11:17:10", 403, 67_000), "backend-stalled", 1},
		{"answered minutes after", nginxError("11:17:03", late) + access("11:17:03", 504) + rails("11:22:10", 200, 367_000), "backend-stalled", 1},
		{"answered once the client had left", access("11:17:03", 499) + rails("11:17:20", 200, 47_000), "backend-stalled", 1},
		{"with others' requests meanwhile", access("11:17:03", 499) + others.String() + rails("11:17:20", 200, 47_000), "backend-stalled", 1},
		{"refused by the upstream, then answered", nginxError("11:17:03", "connect() failed (111: Connection refused) while connecting to upstream") + access("11:17:03", 502) + rails("11:17:03", 200, 17) + access("11:17:03", 200), "", 2},
		{"a later sign-in's short work", nginxError("11:17:03", late) + access("11:17:03", 504) + rails("11:17:30", 200, 900) + access("11:17:30", 200), "", 2},
	} {
		d := engineOf(t, c.log).Diagnose()
		cause := ""
		if d.RootCause != nil {
			cause = d.RootCause.ID
		}
		if cause != c.cause || len(d.Attempts) != c.attempts {
			t.Errorf("%s: %q of %d attempts, want %q of %d", c.name, cause, len(d.Attempts), c.cause, c.attempts)
		}
	}
}
