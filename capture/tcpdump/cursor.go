package tcpdump

// cursor reads a line from left to right.
type cursor struct{ b []byte }

// find goes behind the next key.
func (c *cursor) find(key string) bool {
	b := c.b
	for i := 0; i+len(key) <= len(b); i++ {
		if b[i] == key[0] && string(b[i:i+len(key)]) == key {
			c.b = b[i+len(key):]
			return true
		}
	}
	return false
}

// skip goes behind key if it is next.
func (c *cursor) skip(key string) bool {
	if len(c.b) >= len(key) && string(c.b[:len(key)]) == key {
		c.b = c.b[len(key):]
		return true
	}
	return false
}

// digits reads a decimal number; ok is false if there is none.
func (c *cursor) digits() (n uint64, ok bool) {
	i := 0
	for i < len(c.b) && i < 19 && c.b[i]-'0' <= 9 {
		n = n*10 + uint64(c.b[i]-'0')
		i++
	}
	c.b = c.b[i:]
	return n, i > 0
}

func (c *cursor) number() uint64 {
	n, _ := c.digits()
	return n
}

// whole reads a number that something ends; 0: there is none, or its end was cut off,
// and what is left may be another number.
func (c *cursor) whole() uint64 {
	if n := c.number(); len(c.b) > 0 {
		return n
	}
	return 0
}

func (c *cursor) hex() (n uint64) {
	for len(c.b) > 0 {
		v := unhex[c.b[0]]
		if v > 15 {
			break
		}
		n = n<<4 | uint64(v)
		c.b = c.b[1:]
	}
	return n
}

// unhex gives a hex digit's value; 255: none.
var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := byte(0); i < 10; i++ {
		t['0'+i] = i
	}
	for i := byte(0); i < 6; i++ {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()
