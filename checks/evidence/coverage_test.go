package evidence

import "testing"

// A filter that takes one direction shows no answer to what goes the other way.
func TestAFilterOfOneDirection(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]bool{
		"tcpdump -p -i eth0 -s 128 host 192.0.2.5 -nn -vv":                                      false,
		"tcpdump -p -i eth0 -s 128 src host 192.0.2.9 and port 8443":                            true,
		"tcpdump -p -i eth0 -s 128 dst port 8443":                                               true,
		"tcpdump -i eth0 (src host 192.0.2.9 and dst host 192.0.2.5)":                           true,
		"tcpdump -i eth0 'src or dst host 192.0.2.5'":                                           false,
		"tcpdump -i eth0 '(src 192.0.2.9 and dst 192.0.2.5) or (src 192.0.2.5 and dst port 1)'": false,
		"tcpdump -i eth0 -Q out host 192.0.2.5":                                                 true,
		"tcpdump -i eth0 --direction=in host 192.0.2.5":                                         true,
		"tcpdump -i eth0 -Q inout host 192.0.2.5":                                               false,
	} {
		if got := oneWay(command); got != want {
			t.Errorf("%s: %t, want %t", command, got, want)
		}
	}
}
