package dialect

import "bytes"

// others are listings that are not read here, by what stands in them.
var others = []struct {
	words      []string // all of them
	what, hint string
}{
	{[]string{"Frame ", " bytes on wire"}, "looks like tshark -V, the details of packets", pcapHint},
	{[]string{`"_source"`, `"layers"`}, "looks like tshark's JSON", pcapHint},
	{[]string{`"layers"`, `"frame_frame_`}, "looks like tshark's JSON", pcapHint},
	{[]string{"<pdml"}, "looks like tshark's PDML", pcapHint},
	{[]string{"<psml"}, "looks like tshark's PSML", pcapHint},
	{[]string{"PktGroupId", "PktNumber"}, "looks like a trace of pktmon", "convert it: pktmon etl2pcap FILE -o OUT.pcapng"},
	{[]string{"ETHER:", "----- Ether Header"}, "looks like snoop -v, the details of packets", "save a capture: snoop -o FILE, then editcap FILE OUT.pcap"},
	{[]string{"Microsoft Network Monitor"}, "looks like a text of NetMon", pcapHint},
	{[]string{"ethertype IPv4", "flow_id"}, "looks like a flow log", pcapHint},
	{[]string{"%ASA-", "Built "}, "looks like an ASA's syslog, which holds no packets", "capture there: capture NAME interface IF match tcp host A host B, then copy /pcap"},
	{[]string{"SRC-ADDRESS", "DST-ADDRESS", "PROTOCOL"}, "looks like a MikroTik sniffer's table, which holds no flags", "save a file there: /tool sniffer set file-name=X.pcap"},
	{[]string{"Source IP or MAC", "Destination IP", "Prot"}, "looks like an Aruba's table of sessions, which holds no packets", "capture there: packet-capture, and export the pcap"},
	{[]string{" SRC=", " DST=", " PROTO=TCP", " SPT="}, "looks like a firewall's log, which tells of single packets that it dropped", "capture there with tcpdump -w, and give the pcap"},
	{[]string{"TRAFFIC,", ",tcp,"}, "looks like a Palo Alto's traffic log, which holds no packets", "capture there, and export the pcap"},
	{[]string{"policyid=", "srcip="}, "looks like a Fortinet's traffic log, which holds no packets", "run diagnose sniffer packet any 'host A and port 8443' 4 0 l"},
}

const pcapHint = "export a pcap: tshark -r FILE -w OUT.pcap, in Wireshark File > Save as"

// Named tells what listing a text looks like that is not read here, and what to do;
// empty: none that is known.
func Named(head []byte) (what, hint string) {
	for _, o := range others {
		all := true
		for _, w := range o.words {
			all = all && bytes.Contains(head, []byte(w))
		}
		if all {
			return o.what, o.hint
		}
	}
	return "", ""
}
