package evidence

import "testing"

func TestEndpoint(t *testing.T) {
	for _, tt := range []struct{ in, host, port, out string }{
		{"ssm.example", "ssm.example", "", "ssm.example"},
		{"10.1.1.1:443", "10.1.1.1", "443", "10.1.1.1:443"},
		{"[fd00:66::55]:8443", "fd00:66::55", "8443", "[fd00:66::55]:8443"},
		{"[fd00:66::55]", "fd00:66::55", "", "fd00:66::55"},
		{"fd00:66::55", "fd00:66::55", "", "fd00:66::55"},
		{"::1", "::1", "", "::1"},
		{"https://ssm.example:9443/backend", "ssm.example", "9443", "ssm.example:9443"},
		{"http://[::1]:80/", "::1", "80", "[::1]:80"},
		{"", "", "", ""},
	} {
		e := ParseEndpoint(tt.in)
		if e.Host != tt.host || e.Port != tt.port || e.String() != tt.out {
			t.Errorf("%q: %q, %q, written %q", tt.in, e.Host, e.Port, e)
		}
		if e.Host != "" && (!ParseEndpoint(e.String()).Is(e) || ParseEndpoint(e.At(SSMPort).String()).Port == "") {
			t.Errorf("%q is not what is read of its own writing", e)
		}
	}
	if !ParseEndpoint("[fd00:66:0:0::55]:8443").Is(ParseEndpoint("[FD00:66::55]:8443")) || !ParseEndpoint("SSM.example").Is(ParseEndpoint("ssm.Example")) {
		t.Error("another writing of one endpoint is another")
	}
	if ParseEndpoint("").Is(ParseEndpoint("")) || ParseEndpoint("a:1").Is(ParseEndpoint("a:2")) {
		t.Error("no endpoint, or another port, is one")
	}
}
