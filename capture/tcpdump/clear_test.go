package tcpdump_test

import (
	"testing"

	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

func item(line string) (out tcpdump.Item) {
	s := tcpdump.NewScanner()
	s.Line(1, redact.Wrap([]byte(line)), func(it *tcpdump.Item) { out = *it })
	return out
}

func TestHTTPInClear(t *testing.T) {
	for line, want := range map[string]tcpdump.Item{
		"\tCONNECT 10.1.1.1:8443 HTTP/1.1":                {Kind: tcpdump.ItemHTTP, Method: "CONNECT", Target: "10.1.1.1:8443"},
		"\tHTTP/1.0 407 Proxy Authentication Required":    {Kind: tcpdump.ItemHTTP, Status: 407},
		"\tPOST /backend/oauth/token?client_id= HTTP/1.1": {Kind: tcpdump.ItemHTTP, Method: "POST"},
		"\tHost: 10.1.1.1:8443":                           {Kind: tcpdump.ItemDecoration},
		"\tHTTP/1.0 9999 no status":                       {Kind: tcpdump.ItemDecoration},
		"\tCONNECTED 10.1.1.1:8443 HTTP/1.1":              {Kind: tcpdump.ItemDecoration},
		"HTTP/1.0 407 not under a packet":                 {Kind: tcpdump.ItemUnread},
	} {
		want.First, want.Line = 1, 1
		if got := item(line); got.Kind != want.Kind || got.Status != want.Status || got.Method != want.Method || got.Target != want.Target {
			t.Errorf("%q: %+v", line, got)
		}
	}
}

func TestARP(t *testing.T) {
	for line, want := range map[string]struct {
		addr  string
		reply bool
	}{
		"22:36:26.112900 ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 192.168.10.253 tell 192.168.10.1, length 28":                                                                               {"192.168.10.253", false},
		"21:59:54.599412 00:20:d2:5a:fb:3f > ff:ff:ff:ff:ff:ff, ethertype 802.1Q (0x8100), length 64: vlan 200, p 0, ethertype ARP (0x0806), Request who-has 172.21.79.100 tell 172.21.79.97, length 42": {"172.21.79.100", false},
		"22:36:26.112963 ARP, Reply 192.168.10.253 is-at 00:50:56:b9:1b:42, length 28":                                                                                                                   {"192.168.10.253", true},
	} {
		got := item(line)
		if got.Kind != tcpdump.ItemARP || got.Neighbour.String() != want.addr || got.Reply != want.reply {
			t.Errorf("%q: %+v", line, got)
		}
	}
	if got := item("22:36:26.112900 ARP, Request who-has nobody tell no one"); got.Kind == tcpdump.ItemARP {
		t.Errorf("%+v", got)
	}
}
