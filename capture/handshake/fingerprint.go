package handshake

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"golang.org/x/crypto/cryptobyte"
)

// ja3 is the MD5 of the offer in its own order, GREASE left out: version,
// cipher suites, extensions, groups, point formats, as tshark computes it.
func (c *Cache) ja3(o *offer) string {
	b := strconv.AppendUint(c.scratch[:0], uint64(o.version), 10)
	b = c.dashed(append(b, ','), o.ciphers, 2)
	b = append(b, ',')
	first := true
	for list := o.extensions; ; {
		var kind uint16
		var body cryptobyte.String
		if !list.ReadUint16(&kind) || !list.ReadUint16LengthPrefixed(&body) {
			break
		}
		if grease(kind) {
			continue
		}
		if !first {
			b = append(b, '-')
		}
		b, first = strconv.AppendUint(b, uint64(kind), 10), false
	}
	b = c.dashed(append(b, ','), o.groups, 2)
	b = c.dashed(append(b, ','), o.points, 1)
	return c.md5(b)
}

// ja3s is the same of the server's choice.
func (c *Cache) ja3s(a *answer) string {
	b := strconv.AppendUint(c.scratch[:0], uint64(a.version), 10)
	b = strconv.AppendUint(append(b, ','), uint64(a.cipher), 10)
	b = append(b, ',')
	first := true
	for list := a.extensions; ; {
		var kind uint16
		var body cryptobyte.String
		if !list.ReadUint16(&kind) || !list.ReadUint16LengthPrefixed(&body) {
			break
		}
		if !first {
			b = append(b, '-')
		}
		b, first = strconv.AppendUint(b, uint64(kind), 10), false
	}
	return c.md5(b)
}

func (c *Cache) md5(b []byte) string {
	c.scratch = b
	sum := md5.Sum(b)
	var out [2 * md5.Size]byte
	hex.Encode(out[:], sum[:])
	return c.word(out[:])
}

// dashed joins a list of numbers of size bytes.
func (c *Cache) dashed(b []byte, list cryptobyte.String, size int) []byte {
	first := true
	for ; len(list) >= size; list = list[size:] {
		n := uint16(list[0])
		if size == 2 {
			if n = n<<8 | uint16(list[1]); grease(n) {
				continue
			}
		}
		if !first {
			b = append(b, '-')
		}
		b, first = strconv.AppendUint(b, uint64(n), 10), false
	}
	return b
}

// hashed is how much of each SHA-256 a JA4 shows.
const hashed = 6

// ja4 is the TLS client fingerprint as JA4.md defines it: the transport,
// version, SNI, counts and ALPN in clear, then the hashes of the sorted suites
// and of the sorted extensions with the signature algorithms. Where an ALPN's
// first or last letter is none, the specification's text rules: the hex
// digits of the value.
func (c *Cache) ja4(o *offer) string {
	var out [64]byte
	b := append(out[:0], 't')
	b = append(b, ja4Version(o)...)
	if o.named {
		b = append(b, 'd')
	} else {
		b = append(b, 'i')
	}
	ciphers := c.sorted(o.ciphers)
	count := len(ciphers)
	b = twoDigits(b, count)
	c.scratch = commas(c.scratch[:0], ciphers)
	cipherHash := truncated(c.scratch, count)

	kinds, all := c.kinds(o)
	b = ja4ALPN(twoDigits(b, all), o.alpn)
	c.scratch = commas(c.scratch[:0], kinds)
	if len(o.signatures) > 0 {
		c.scratch = append(c.scratch, '_')
		c.list = c.list[:0]
		for s := o.signatures; len(s) >= 2; s = s[2:] {
			if n := uint16(s[0])<<8 | uint16(s[1]); !grease(n) {
				c.list = append(c.list, n)
			}
		}
		c.scratch = commas(c.scratch, c.list)
	}
	extHash := truncated(c.scratch, len(kinds))

	b = append(append(b, '_'), cipherHash[:]...)
	b = append(append(b, '_'), extHash[:]...)
	return c.word(b)
}

func ja4Version(o *offer) string {
	v := o.version
	if len(o.versions) > 0 {
		v = 0
		for s := o.versions; len(s) >= 2; s = s[2:] {
			if n := uint16(s[0])<<8 | uint16(s[1]); !grease(n) {
				v = max(v, n)
			}
		}
	}
	switch v {
	case 0x0304:
		return "13"
	case 0x0303:
		return "12"
	case 0x0302:
		return "11"
	case 0x0301:
		return "10"
	case 0x0300:
		return "s3"
	case 0x0002:
		return "s2"
	}
	return "00"
}

func twoDigits(b []byte, n int) []byte {
	n = min(n, 99)
	return append(b, '0'+byte(n/10), '0'+byte(n%10))
}

// ja4ALPN is the first and the last letter of the first protocol.
func ja4ALPN(b []byte, list cryptobyte.String) []byte {
	var v cryptobyte.String
	if !list.ReadUint8LengthPrefixed(&v) || len(v) == 0 {
		return append(b, "00"...)
	}
	first, last := v[0], v[len(v)-1]
	if letter(first) && letter(last) {
		return append(b, first, last)
	}
	const digits = "0123456789abcdef"
	return append(b, digits[first>>4], digits[last&15])
}

func letter(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// sorted is a list of numbers without GREASE, in order.
func (c *Cache) sorted(list cryptobyte.String) []uint16 {
	c.list = c.list[:0]
	for ; len(list) >= 2; list = list[2:] {
		if n := uint16(list[0])<<8 | uint16(list[1]); !grease(n) {
			c.list = append(c.list, n)
		}
	}
	slices.Sort(c.list)
	return c.list
}

// kinds are the extensions in order, without GREASE, server name and ALPN; all
// counts those two as well.
func (c *Cache) kinds(o *offer) (kinds []uint16, all int) {
	c.list = c.list[:0]
	for list := o.extensions; ; {
		var kind uint16
		var body cryptobyte.String
		if !list.ReadUint16(&kind) || !list.ReadUint16LengthPrefixed(&body) {
			break
		}
		if grease(kind) {
			continue
		}
		all++
		if kind != extServerName && kind != extALPN {
			c.list = append(c.list, kind)
		}
	}
	slices.Sort(c.list)
	return c.list, all
}

// commas joins numbers as four hex digits each.
func commas(b []byte, list []uint16) []byte {
	const digits = "0123456789abcdef"
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15])
	}
	return b
}

// truncated is the beginning of a hash; zeros if there is nothing to hash.
func truncated(b []byte, count int) (out [2 * hashed]byte) {
	if count == 0 {
		return [2 * hashed]byte([]byte("000000000000"))
	}
	sum := sha256.Sum256(b)
	hex.Encode(out[:], sum[:hashed])
	return out
}
