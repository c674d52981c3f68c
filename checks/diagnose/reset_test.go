package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks/fact"
)

// shown is a packet of a listing; sec is its time behind 09:14.
func shown(sec float64, ttl int, fromSSM bool, port int, rest string) string {
	a, b := fmt.Sprintf("192.0.2.20.%d", port), "198.51.100.55.8443"
	if fromSSM {
		a, b = b, a
	}
	return fmt.Sprintf("09:14:%09.6f IP (tos 0x0, ttl %d, id 1, offset 0, flags [DF], proto TCP (6), length 52)\n    %s > %s: %s\n", sec, ttl, a, b, rest)
}

const (
	synSent  = "Flags [S], cksum 0x1779 (correct), seq 100, win 29200, options [mss 1460], length 0"
	synAck   = "Flags [S.], cksum 0x1779 (correct), seq 500, ack 101, win 28960, options [mss 1460], length 0"
	ackSent  = "Flags [.], cksum 0x1779 (correct), ack 1, win 229, length 0"
	refusal  = "Flags [R.], cksum 0x69a8 (correct), seq 0, ack 101, win 0, length 0"
	hello    = "Flags [P.], cksum 0x1779 (correct), seq 1:441, ack 1, win 229, length 440"
	resetAll = "Flags [R.], cksum 0x69a8 (correct), seq 1, ack 441, win 0, length 0"
	resetSYN = "Flags [R.], cksum 0x69a8 (correct), seq 1, ack 1, win 0, length 0"
)

// opened is another call, which the SSM answers after 40 ms.
var opened = shown(1, 64, false, 51400, synSent) + shown(1.04, 58, true, 51400, synAck) + shown(1.041, 64, false, 51400, ackSent)

// Whose a RST is: what comes back sooner than the SSM's own packets do is a device's on
// the way; another TTL alone is not.
func TestWhoseAResetIs(t *testing.T) {
	const connectRefused = "Message: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused"
	log := signIn("198.51.100.55", "", connectRefused)
	call := shown(3.15, 64, false, 51500, synSent)
	for _, tt := range []struct{ name, packets, want string }{
		{"after 1 ms, the SSM takes 40", opened + call + shown(3.151, 58, true, 51500, refusal), "firewall-reset"},
		{"after 41 ms", opened + call + shown(3.191, 58, true, 51500, refusal), "connection-refused"},
		{"after 41 ms, with another TTL", opened + call + shown(3.191, 250, true, 51500, refusal), "connection-refused"},
		{"after 1 ms, and nothing tells what the SSM takes", call + shown(3.151, 58, true, 51500, refusal), "connection-refused"},
		{"after 1 ms, behind the second SYN", opened + shown(2.15, 64, false, 51500, synSent) + call + shown(3.151, 58, true, 51500, refusal), "connection-refused"},
		{"after 15 ms, the SSM takes 40", opened + call + shown(3.165, 58, true, 51500, refusal), "firewall-reset"},
		{"after 25 ms, the SSM takes 40", opened + call + shown(3.175, 58, true, 51500, refusal), "connection-refused"},
	} {
		if got := causeOf(t, log, tt.packets); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A RST behind the ClientHello answers it only if it acknowledges it: else the host may
// have sent it as soon as the connection was open.
func TestWhatAResetTells(t *testing.T) {
	log := signIn("198.51.100.55", "", "Message: Connection reset: java.net.SocketException: Connection reset")
	open := shown(3.11, 64, false, 51500, synSent) + shown(3.15, 58, true, 51500, synAck) + shown(3.151, 64, false, 51500, ackSent)
	for _, tt := range []struct{ name, packets, facts string }{
		{"1 ms behind the hello, which it acknowledges", open + shown(3.2, 64, false, 51500, hello) + shown(3.201, 250, true, 51500, resetAll), "rst-other-ttl reset-too-soon"},
		{"40 ms behind it", open + shown(3.2, 64, false, 51500, hello) + shown(3.24, 58, true, 51500, resetAll), ""},
		{"1 ms behind the hello, 50 behind the opening, which is all that it acknowledges", open + shown(3.2, 64, false, 51500, hello) + shown(3.201, 58, true, 51500, resetSYN), ""},
		{"the Manager's own", open + shown(3.2, 64, false, 51500, hello) + shown(3.3, 64, false, 51500, strings.Replace(resetAll, "seq 1, ack 441", "seq 441, ack 1", 1)), ""},
		{"a refusal with a window", shown(3.15, 64, false, 51500, synSent) + shown(3.2, 58, true, 51500, strings.Replace(refusal, "win 0", "win 8192", 1)), "rst-other-form"},
		{"a timestamp of before", strings.Replace(open, "28960, options [mss 1460", "28960, options [mss 1460,nop,nop,TS val 9000 ecr 1", 1) + shown(3.2, 64, false, 51500, hello) +
			shown(3.24, 58, true, 51500, strings.Replace(resetAll, "win 0", "win 0, options [nop,nop,TS val 10 ecr 1]", 1)), "rst-other-form"},
		{"a refusal", shown(3.15, 64, false, 51500, synSent) + shown(3.2, 58, true, 51500, refusal), ""},
	} {
		says := log
		if strings.HasPrefix(tt.name, "a refusal") { // Java tells a SYN's RST by another exception
			says = signIn("198.51.100.55", "", "Message: Connect to 198.51.100.55:8443 failed: Connection refused (Connection refused): java.net.ConnectException: Connection refused (Connection refused)")
		}
		e := engineOf(t, says, tt.packets)
		e.Diagnose()
		var got []string
		for _, name := range []string{"rst-other-ttl", "rst-other-form", "refused-too-soon", "reset-too-soon"} {
			if fact.All[name](&e.seen, e.seen.LastTraces[0]) != nil {
				got = append(got, name)
			}
		}
		if s := strings.Join(got, " "); s != tt.facts {
			t.Errorf("%s: %q, want %q", tt.name, s, tt.facts)
		}
	}
}
