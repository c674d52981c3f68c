package packet

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Unread says why Decode reads nothing of a frame: of which type it is, or what
// keeps it from being read.
func Unread(link LinkType, frame []byte, err error) string {
	if !errors.Is(err, ErrUnknown) {
		return err.Error()
	}
	at := 0
	switch link {
	case Ethernet:
		at = 12
	case SLL:
		at = 14
	case SLL2:
	default:
		return fmt.Sprintf("link type %d", link)
	}
	if len(frame) < at+2 {
		return ErrShort.Error()
	}
	if t := binary.BigEndian.Uint16(frame[at:]); t >= leastType {
		return fmt.Sprintf("EtherType 0x%04x", t)
	}
	return "802.2"
}
