// Package dialect reads packets out of the lines of other listings than those of
// today's tcpdump: what people paste from the firewalls and switches in between.
//
// What comes in: one line at a time, as redact.Raw. What goes out: a packet.Packet
// with as many fields as the line prints, its stamp, and how many lines it took.
// Sequence numbers are as printed; fields that a tool does not print are marked as
// cut, so that nobody takes a zero for a fact.
//
// Known are tcpdump up to 4.0 (and with it ASA, FTD and Palo Alto), Fortinet's
// sniffer, tshark's lines (and with it NX-OS, IOS-XE and Wireshark's exports as
// text and CSV), snoop, and Check Point's fw monitor. A packet that crosses two
// interfaces of a firewall is there several times: it counts once.
//
// To add one, write a grammar and name it in grammars.
package dialect
