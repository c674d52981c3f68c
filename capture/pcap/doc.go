// Package pcap cuts captures in pcap and pcapng form into frames.
//
// What comes in: a capture's bytes in pieces of any size, live or from a file
// (Scanner), or an io.Reader (Reader). What goes out: Frames, each with its
// link type and time, where they lie in what was written: nothing is copied
// but a frame that two pieces share.
//
// Read are both byte orders, stamps in µs and ns or what if_tsresol says,
// several sections and interfaces, and gzip. A snap length in a header is not
// believed: frames may be longer, also longer than they say they were on the
// wire, as in tcpdump's own test captures. What is read of a capture that
// breaks off is given, and then why it ended.
package pcap
