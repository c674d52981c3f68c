package checks_test

import (
	"testing"

	"syncscope/checks"
)

// What stands between the Manager and the SSM answers in its own words: no status of it
// tells of what is behind the SSM's web server, and none of its pages of the SSM.
func TestWhoStandsInBetween(t *testing.T) {
	covered := there("11:16:40", "chronyd[9]: Selected source 192.0.2.5") + there("11:17:30", expiring)
	const nginx, azure = "<html><center>nginx/1.25.3</center></html>", "<html><center>Microsoft-Azure-Application-Gateway/v2</center></html>"
	for _, tt := range []struct {
		answer, log, want string
		most              checks.Confidence
	}{
		{code(502, nginx), covered, "wrong-host", checks.Likely},
		{code(502, `{"message":"Internal server error"}`), covered, "wrong-host", checks.Likely},
		{code(504, `{"message":"Endpoint request timed out"}`), covered, "wrong-host", checks.Likely},
		{code(502, nginx), "", "backend-down", checks.Possible},
		{code(504, azure), "", "foreign-page", checks.Possible},
		{code(413, "<html>FortiWeb</html>"), "", "foreign-page", checks.Likely},
		{code(413, "<HTML>FortiWeb</HTML>"), "", "foreign-page", checks.Likely},
		{code(500, "<HTML><BODY>Error</BODY></HTML>"), "", "foreign-page", checks.Possible},
		{code(413, nginx), "", "", checks.Possible}, // a sign-in is no report
		{later(413, "<html>FortiWeb</html>"), "", "foreign-page", checks.Likely},
		{later(401, "<html><h1>Unauthorized</h1></html>"), "", "foreign-page", checks.Possible},
		{code(503, "no healthy upstream"), "", "foreign-page", checks.Possible},
		{code(503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"), "", "foreign-page", checks.Possible},
		{code(502, "Backend fetch failed"), "", "foreign-page", checks.Possible},
		{code(503, "<html><body>Down for maintenance</body></html>"), "", "foreign-page", checks.Possible},
		{code(503, "Service Unavailable"), "", "maintenance", checks.Possible}, // no more than the status
		{code(503, "HTTP/1.1 503 Service Unavailable"), "", "maintenance", checks.Possible},
		{code(503, ""), "", "maintenance", checks.Possible},
		{code(503, nginx), "", "maintenance", checks.Likely},
		{code(503, "no healthy upstream"), trouble(503), "maintenance", checks.Likely}, // the SSM's log has it
		{code(403, "Access denied"), "", "foreign-page", checks.Possible},
		{code(429, "slow down"), "", "foreign-page", checks.Possible},
		{code(429, ""), "", "rate-limited", checks.Possible},
		{code(429, nginx), "", "rate-limited", checks.Likely},
		{later(413, ""), "", "report-too-large", checks.Possible},
		{later(413, nginx), "", "report-too-large", checks.Likely},
		{later(403, "RBAC: access denied"), "", "foreign-page", checks.Possible},
		{later(403, ""), "", "no-smart-account-role", checks.Possible},
		{later(409, "configuration is out of sync"), "", "foreign-page", checks.Possible},
		{code(503, `{"error":"unavailable"}`), "", "maintenance", checks.Likely},
		{through(code(407, "<html><title>407 Proxy Authentication Required</title>"), "", ""), "", "proxy-auth-required", checks.Likely},
	} {
		got, sure := cause(t, []string{tt.answer, tt.log})
		if got != tt.want && (tt.want != "" || got != "inconclusive") || sure > tt.most {
			t.Errorf("%.300s: %s, %s", tt.answer[max(0, len(tt.answer)-500):], got, sure)
		}
	}
}
