package tcpdump

import (
	"encoding/binary"
	"math/bits"

	"syncscope/capture/packet"
)

// exactSegment reads what follows "Flags [": "S], cksum 0x1779 (correct), seq 100,
// win 64240, options [mss 1460], length 0".
func exactSegment(b []byte, i int, p *packet.Packet) int {
	from := i
	for ; b[i] != ']'; i++ {
		f := flagLetters[b[i]]
		if f == 0 {
			return 0
		}
		p.Flags |= f
	}
	if i == from {
		return 0
	}
	i++
	if long(b, i, ", cksum ", "0x") {
		if i = exactSum(b, i+len(", cksum 0x"), p); i == 0 {
			return 0
		}
	}
	i, span, ok := exactNumbers(b, i, p)
	if !ok {
		return 0
	}
	if long(b, i, ", option", "s [") {
		if i = exactOptions(b, i+len(", options ["), p); i == 0 {
			return 0
		}
	}
	if !long(b, i, ", length", " ") {
		return 0
	}
	n, i, ok := number(b, i+len(", length "))
	if !ok || span > 0 && span != uint32(n) {
		return 0
	}
	p.Length = int(n)
	return i
}

func exactSum(b []byte, i int, p *packet.Packet) int {
	n, i := sum(b, i)
	p.Sum = uint16(n)
	if long(b, i, " (correc", "t)") {
		p.Checksum = packet.ChecksumCorrect
		return i + len(" (correct)")
	}
	if !longer(b, i, " (incorr", "ect -> 0", "x") {
		return 0
	}
	n, i = sum(b, i+len(" (incorrect -> 0x"))
	if b[i] != ')' {
		return 0
	}
	p.Checksum, p.Want = packet.ChecksumIncorrect, uint16(n)
	return i + 1
}

// exactNumbers reads ", seq 1:518, ack 1, win 502"; span is the length of the
// range of sequence numbers.
func exactNumbers(b []byte, i int, p *packet.Packet) (end int, span uint32, ok bool) {
	var n uint64
	p.NoSeq = true
	if is(b, i, ", seq ") {
		if n, i, ok = number(b, i+len(", seq ")); !ok {
			return 0, 0, false
		}
		p.Seq, p.NoSeq = uint32(n), false
		if b[i] == ':' {
			if n, i, ok = number(b, i+1); !ok {
				return 0, 0, false
			}
			span = uint32(n) - p.Seq
		}
	}
	if is(b, i, ", ack ") {
		if n, i, ok = number(b, i+len(", ack ")); !ok {
			return 0, 0, false
		}
		p.Ack = uint32(n)
	}
	if !is(b, i, ", win ") {
		return 0, 0, false
	}
	n, i, ok = number(b, i+len(", win "))
	p.Window = uint16(n)
	if ok && is(b, i, ", urg ") {
		n, i, ok = number(b, i+len(", urg "))
		p.Urgent = uint16(n)
	}
	return i, span, ok
}

// exactOptions reads the options that most packets have, up to their bracket.
func exactOptions(b []byte, i int, p *packet.Packet) int {
	if long(b, i, "nop,nop,", "TS val ") {
		i += len("nop,nop,")
	}
	for {
		var n uint64
		var ok bool
		switch {
		case is(b, i, "TS val "):
			if i = passNumber(b, i+len("TS val ")); i == 0 || !is(b, i, " ecr ") {
				return 0
			}
			if i = passNumber(b, i+len(" ecr ")); i == 0 {
				return 0
			}
			p.Stamped = true
		case is(b, i, "nop"), is(b, i, "eol"):
			i += 3
		case is(b, i, "mss "):
			if n, i, ok = number(b, i+len("mss ")); !ok {
				return 0
			}
			p.MSS = uint16(n)
		case is(b, i, "sackOK"):
			p.SACKOK = true
			i += len("sackOK")
		case is(b, i, "wscale "):
			if n, i, ok = number(b, i+len("wscale ")); !ok {
				return 0
			}
			p.WScale = int8(min(n, 14))
		case is(b, i, "sack "):
			if i = exactSACK(b, i+len("sack "), p); i == 0 {
				return 0
			}
		default:
			return 0
		}
		switch b[i] {
		case ',':
			i++
		case ']':
			return i + 1
		default:
			return 0
		}
	}
}

// exactSACK reads "1 {356:456}".
func exactSACK(b []byte, i int, p *packet.Packet) int {
	_, i, ok := number(b, i)
	if !ok || b[i] != ' ' || b[i+1] != '{' {
		return 0
	}
	for i++; b[i] == '{'; i++ {
		var from, to uint64
		if from, i, ok = number(b, i+1); !ok || b[i] != ':' {
			return 0
		}
		if to, i, ok = number(b, i+1); !ok || b[i] != '}' {
			return 0
		}
		if int(p.SACKs) < len(p.SACK) {
			p.SACK[p.SACKs] = [2]uint32{uint32(from), uint32(to)}
			p.SACKs++
		}
	}
	return i
}

// is reports whether w is at b[i:]. Behind what is read stands room for any word.
func is(b []byte, i int, w string) bool { return string(b[i:i+len(w)]) == w }

// long is is of a longer word, cut behind eight bytes: as many are compared at once,
// and more are not without a call.
func long(b []byte, i int, first, rest string) bool { return is(b, i, first) && is(b, i+8, rest) }

// longer is long of a word of more than sixteen bytes, cut behind eight twice.
func longer(b []byte, i int, first, second, rest string) bool {
	return long(b, i, first, second) && is(b, i+16, rest)
}

// number reads at least one digit and at most fifteen.
func number(b []byte, i int) (n uint64, end int, ok bool) {
	n, end = decimal(b, i)
	return n, end, end > i
}

// passNumber goes behind a number that nobody asks for; 0: there is none.
func passNumber(b []byte, i int) int {
	_, k := digits8(b, i)
	if k == 8 {
		_, more := digits8(b, i+8)
		k += more & 7
	}
	if k == 0 {
		return 0
	}
	return i + k
}

// decimal reads digits, eight at once; end is i where there are none, or more
// than fifteen.
func decimal(b []byte, i int) (n uint64, end int) {
	w, k := digits8(b, i)
	if k < 8 { // of none, n is anything: a shift by 64 bits would be looked out for
		return eight(w << (-8 * k & 63)), i + k
	}
	n = eight(w)
	switch w, k = digits8(b, i+8); k {
	case 0:
		return n, i + 8
	case 8:
		return 0, i
	}
	return n*powers[k&7] + eight(w<<(-8*k&63)), i + 8 + k
}

var powers = [8]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}

// digits8 gives the values of the eight bytes at b[i:] if they were digits, and
// how many of the first are.
func digits8(b []byte, i int) (w uint64, k int) {
	const zeros, over, high = 0x3030303030303030, 0x7676767676767676, 0x8080808080808080
	w = binary.LittleEndian.Uint64(b[i:i+8]) ^ zeros
	return w, bits.TrailingZeros64(((w+over)|w)&high) / 8
}

// eight is the number that eight digits make, the first in the lowest byte: in
// three steps, neighbours, pairs and fours at once.
func eight(w uint64) uint64 {
	const pairs = 0x000000FF000000FF
	w = w*10 + w>>8
	return ((w&pairs)*(100+1000000<<32) + ((w>>16)&pairs)*(1+10000<<32)) >> 32
}

// sum is hexadecimal of what mostly has four digits.
func sum(b []byte, i int) (n uint64, end int) {
	d := b[i : i+5]
	a, c, e, g := unhex[d[0]], unhex[d[1]], unhex[d[2]], unhex[d[3]]
	if a|c|e|g > 15 || unhex[d[4]] <= 15 {
		return hexadecimal(b, i)
	}
	return uint64(a)<<12 | uint64(c)<<8 | uint64(e)<<4 | uint64(g), i + 4
}

// hexadecimal reads digits up to the first that is none; at most seven, else
// end is behind eight and no word can follow.
func hexadecimal(b []byte, i int) (n uint64, end int) {
	for end = i; end < i+8; end++ {
		v := unhex[b[end]]
		if v > 15 {
			break
		}
		n = n<<4 | uint64(v)
	}
	return n, end
}
