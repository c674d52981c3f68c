package input

import "bytes"

// journal takes the lines of a log out of what journalctl -o verbose and -o export
// print: one field a line, and a cursor in front of each record.
type journal struct {
	c     *Repairs
	known Known
	in    bool // a cursor was seen
	now   object
}

func (*journal) long() bool { return true }

func (j *journal) lines(in []line, last bool) []line {
	at := 0
	for ; !j.in && at < len(in); at++ {
		if cursor(in[at].b) {
			break
		}
	}
	if at == len(in) && !j.in {
		return in
	}
	out := append(make([]line, 0, len(in)), in[:at]...)
	for _, l := range in[at:] {
		out = j.line(out, l)
	}
	if last {
		out = j.flush(out)
	}
	return out
}

// line takes a field, or what is none.
func (j *journal) line(out []line, l line) []line {
	if cursor(l.b) {
		out = j.flush(out)
		j.in, j.now = true, object{values: map[string]string{}}
	}
	key, value, ok := field(l.b)
	switch {
	case !j.in:
		return append(out, l)
	case cursor(l.b) && !ok: // of -o verbose, with the record's time
		if i := bytes.IndexByte(l.b, '['); i > 4 {
			j.now.values["@timestamp"] = string(bytes.TrimSpace(l.b[4:i]))
		}
		return out
	case ok:
		if j.now.values[key] = value; key == "MESSAGE" {
			j.now.n = l.n
		}
		return out
	case len(bytes.TrimSpace(l.b)) == 0:
		return out
	}
	out = j.flush(out)
	j.in = false
	return append(out, l)
}

// flush gives the record that is whole.
func (j *journal) flush(out []line) []line {
	text, ok := j.now.text(j.known, maxNested)
	if j.now.values["MESSAGE"] != "" && ok {
		for _, b := range text {
			out = append(out, line{b: b, n: j.now.n})
		}
		j.c.journal++
	}
	j.now = object{}
	return out
}

// cursor reports whether a line begins a record: "__CURSOR=s=…;i=…", or the time with
// the cursor behind it in brackets.
func cursor(b []byte) bool {
	if bytes.HasPrefix(b, []byte("__CURSOR=")) {
		return true
	}
	if !bytes.HasSuffix(b, []byte("]")) {
		return false
	}
	i := bytes.Index(b[:min(len(b), 80)], []byte(" [s="))
	return i > 20 && bytes.Contains(b[i:], []byte(";i="))
}

// field reads "    _HOSTNAME=x".
func field(b []byte) (key, value string, ok bool) {
	b = bytes.TrimLeft(b, " ")
	i := bytes.IndexByte(b, '=')
	if i < 1 || i > 64 {
		return "", "", false
	}
	for _, c := range b[:i] {
		if c != '_' && c-'A' > 25 && c-'0' > 9 {
			return "", "", false
		}
	}
	return string(b[:i]), string(b[i+1:]), true
}
