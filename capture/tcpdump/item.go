package tcpdump

import (
	"net/netip"

	"syncscope/capture/packet"
)

// ItemKind is what an item is.
type ItemKind uint8

// The kinds of items.
const (
	ItemPacket     ItemKind = iota
	ItemListening           // "listening on eth0, link-type …, capture size 128 bytes"
	ItemEcho                // "tcpdump -p -i eth0 -s 128 … in VPN 0"
	ItemFooter              // the closing counters
	ItemPrompt              // a prompt, a typed command, ^C
	ItemDecoration          // a blank line, a code fence, a packet's indented details
	ItemUnread              // a line that cannot be read
	ItemHTTP                // the first line of an HTTP message in clear, printed under its packet
	ItemARP                 // a question for, or an answer with, a neighbour's address
)

// Level is how much of its packet an item holds.
type Level uint8

// The levels, weakest first.
const (
	LevelText  Level = iota
	LevelASCII       // -A: some payload bytes, which anyone on the path may have chosen
	LevelHex         // -x and the like: the frame
)

// Item is what one or more lines are.
type Item struct {
	Kind        ItemKind
	First, Line int    // the item's first line; the line with the addresses and flags
	Lines       []int  // all lines whose text the item is; valid until the next call
	Stamp       []byte // the stamp as printed; valid until the next call
	Dump        int    // ItemPacket: further lines that were its dump
	Packet      packet.Packet
	Level       Level
	Link        packet.LinkType // of Frame
	Frame       []byte          // LevelHex: the frame; valid until the next call
	Number      int             // ItemPacket: counts from 1
	Interface   string          // ItemListening, ItemEcho
	Filter      string          // ItemEcho: what stands after the snap length
	Peer        netip.Addr      // ItemEcho: the filter's first host, if it is an address
	SnapLen     int             // ItemListening, ItemEcho
	Captured    int             // ItemFooter; -1: its line is missing
	Received    int
	Dropped     int
	Method      string     // ItemHTTP, of a request: letters only
	Target      string     // ItemHTTP, of a CONNECT: host and port
	Status      int        // ItemHTTP, of an answer
	Neighbour   netip.Addr // ItemARP: whose hardware address it is about
	Reply       bool       // ItemARP
	Asker       netip.Addr // ItemARP, of a question
}

// line adds a line to the item.
func (it *Item) line(n int) {
	if len(it.Lines) == 0 {
		it.First = n
	}
	it.Line = n
	it.Lines = append(it.Lines, n)
}

// reset empties the item and keeps its memory.
func (it *Item) reset(k ItemKind) {
	*it = Item{Kind: k, Lines: it.Lines[:0], Stamp: it.Stamp[:0], Frame: it.Frame[:0]}
}
