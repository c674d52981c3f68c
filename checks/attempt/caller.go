package attempt

import "slices"

// maxCallers bounds how many other clients are told apart, the newest.
const maxCallers = 64

// Caller is another client of the SSM that asks it for tokens.
type Caller struct {
	Last    *Request // the newest that it asked
	Asked   int
	Refused int
}

// callers are other clients, in the order of their newest requests.
type callers []Caller

// count takes in requests in order of time; what asks for no token is nobody's
// sign-in. The list that it returns shares nothing with c.
func (c callers) count(others []*Request) callers {
	c = slices.Clone(c)
	for _, r := range others {
		if !r.IsToken() {
			continue
		}
		one := Caller{}
		if i := slices.IndexFunc(c, func(o Caller) bool { return o.Last.SameCaller(r) }); i >= 0 {
			one = c[i]
			c = slices.Delete(c, i, i+1)
		}
		one.Last = r
		one.Asked++
		if r.Status() >= 400 {
			one.Refused++
		}
		c = append(c, one)
	}
	if n := len(c) - maxCallers; n > 0 {
		c = slices.Delete(c, 0, n)
	}
	return c
}
