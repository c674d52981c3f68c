// Package pcap reads captures in pcap and pcapng form.
//
// What comes in: a capture's bytes from an io.Reader. What goes out: Records,
// one a frame, with the packet's headers as packet.Packet, so that connections
// are tracked as those of a listing are; no byte of a payload leaves it but
// what a proxy is asked and answers in clear.
//
// gopacket/gopacket, the maintained continuation of google/gopacket, takes the
// frames apart: it knows the link types and extension headers of the field.
package pcap
