package diagnose

import (
	"testing"

	"syncscope/checks"
)

// Controllers and edges print their release as a Manager does: whose it is, the log, what
// the host says of itself, or who asked it tells.
func TestWhoseReleaseItIs(t *testing.T) {
	const old, services = "# show version\n20.6.3\n", "# request nms all status\nNMS application server\n\tEnabled: true\n\tStatus:  running PID:1 for 9s\n"
	status := func(host, personality string) string {
		return host + "# show system status\nVersion: 20.6.3\nPersonality:             " + personality + "\n"
	}
	begun := signIn("198.51.100.55", "", "x")[:800]
	for name, c := range map[string]struct {
		texts []string
		cause string
		sure  checks.Confidence
	}{
		"a host that nothing names":     {[]string{"x1" + old}, "manager-too-old", checks.Likely},
		"no host":                       {[]string{"show version\n20.6.3\n"}, "manager-too-old", checks.Likely},
		"a Manager by its services":     {[]string{"x1" + old, "x1" + services}, "manager-too-old", checks.Confirmed},
		"a Manager by its word":         {[]string{status("x1", "vmanage")}, "manager-too-old", checks.Confirmed},
		"a Manager by its log":          {[]string{begun, "mgr-a" + old}, "manager-too-old", checks.Confirmed},
		"no host, beside a log":         {[]string{begun, "# show version\n20.6.3\n"}, "manager-too-old", checks.Likely},
		"a controller by its word":      {[]string{status("x1", "vsmart")}, "", 0},
		"a controller's other output":   {[]string{"x1" + old, status("x1", "vbond")}, "", 0},
		"another host, beside a log":    {[]string{begun, "x1" + old}, "", 0},
		"another host than the Manager": {[]string{"x1" + old, "x2" + services}, "", 0},
	} {
		for _, texts := range [][]string{c.texts, {c.texts[len(c.texts)-1], c.texts[0]}} {
			root := engineOf(t, texts...).Diagnose().RootCause
			if root == nil && c.cause != "" || root != nil && (root.ID != c.cause || root.Confidence != c.sure) {
				t.Errorf("%s: %+v, want %s, %s", name, root, c.cause, c.sure)
			}
		}
	}
}
