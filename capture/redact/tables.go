package redact

import "bytes"

// Values whose names stand elsewhere: at the head of their column, in a statement's
// list of columns, behind the number of a placeholder.

// tables is what the lines before tell of the columns and placeholders to come.
type tables struct {
	sep        byte
	keys       []key  // of the columns; nil: no table goes on
	starts     []int  // where they begin, if blanks part them; nil: sep does
	ends       []int  // where their dashes end; nil: there are none
	named      []byte // a line that may be the head of such a table, if a line of dashes follows
	binds      map[int]Kind
	namedBinds map[string]Kind // of placeholders that have names: @p0, :password
	age        int             // how many lines ago the statement stood
}

const (
	maxColumns = 64
	bindAge    = 4 // a statement's parameters follow on the next lines
)

// separators stand between the columns of a table.
var separators = []byte(",\t|;")

// line follows tables over lines, and masks what they show to be secrets.
func (t *tables) line(f *finder, b []byte) {
	named := t.named
	t.named = nil
	if named != nil && len(bytes.Trim(b, "- \r")) == 0 && bytes.IndexByte(b, '-') >= 0 {
		t.ruled(named, b)
	} else if t.keys != nil {
		t.row(f, b)
	} else if len(b) > 0 && isHead[b[0]] {
		if bytes.HasPrefix(b, []byte("COPY ")) {
			t.copied(b)
		} else if bytes.IndexByte(b, ':') < 0 && bytes.IndexByte(b, '=') < 0 {
			t.head(b)
		}
	}
	if t.binds != nil {
		if t.age++; t.age > bindAge {
			t.binds, t.namedBinds = nil, nil
		}
	}
	if f.sql {
		if at := max(bytes.Index(b, []byte("VALUES")), bytes.Index(b, []byte("values"))); at >= 4 {
			t.insert(f, b, at)
		}
		t.numbered(b)
	}
	if f.sql || t.binds != nil {
		t.parameters(f, b)
		t.bound(f, b)
		t.called(f, b)
	}
}

// open reports whether what the lines before told has rows or parameters to come.
func (t *tables) open() bool { return t.keys != nil || t.binds != nil || t.named != nil }

// isHead are what a table's head may begin with.
var isHead = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c < 0x80 && isLetter(byte(c)) || bytes.IndexByte([]byte("\"'`| _*#"), byte(c)) >= 0
	}
	return t
}()

// head takes a row of names, if one of them is a secret's.
func (t *tables) head(b []byte) {
	for _, sep := range separators {
		if bytes.IndexByte(b, sep) < 0 {
			continue
		}
		cells := t.cellsBy(b, sep)
		keys, secret := make([]key, len(cells)), false
		for i, c := range cells {
			name := bytes.Trim(b[c[0]:c[1]], "*_`")
			if len(name) > maxKey || bytes.IndexFunc(name, func(r rune) bool {
				return r < 0x80 && !isAlnum(byte(r)) && r != '_' && r != '-' && r != ' ' && r != '.' && r != '#'
			}) >= 0 {
				return
			}
			if k, ok := phrase(name); ok {
				keys[i], secret = k, true
			}
		}
		if secret && len(cells) > 1 {
			t.sep, t.keys, t.starts = sep, keys, nil
			return
		}
	}
	t.aligned(b)
}

// aligned takes a row of names that blanks part, if one of them is a secret's: two at
// least, or one where a line of dashes tells the columns on the next line.
func (t *tables) aligned(b []byte) {
	var keys []key
	var starts []int
	secret, single := false, false
	for at := 0; at < len(b) && len(keys) < maxColumns; {
		for at < len(b) && b[at] == ' ' {
			at++
		}
		end := len(b)
		if n := bytes.Index(b[at:], []byte("  ")); n >= 0 {
			end = at + n
		}
		name := bytes.TrimRight(b[at:end], " \r")
		if len(name) == 0 {
			break
		}
		if len(name) > maxHead || bytes.ContainsFunc(name, func(r rune) bool {
			return r < 0x80 && !isAlnum(byte(r)) && r != '_' && r != '-' && r != ' ' && r != '.'
		}) {
			return
		}
		k, ok := phrase(name)
		secret = secret || ok
		for w := range bytes.FieldsSeq(name) {
			_, one := phrase(w)
			single = single || one
		}
		keys, starts = append(keys, k), append(starts, at)
		at = end
	}
	if secret && len(keys) > 1 {
		t.keys, t.starts, t.ends = keys, starts, nil
	}
	if single {
		t.named = bytes.Clone(b)
	}
}

// maxHead is the longest run of names in the head of a table that blanks part.
const maxHead = 256

// ruled takes the names of the columns over the dashes of b.
func (t *tables) ruled(names, b []byte) {
	var keys []key
	var starts, ends []int
	secret := false
	for at := 0; at < len(b) && len(keys) < maxColumns; {
		n := bytes.IndexByte(b[at:], '-')
		if n < 0 {
			break
		}
		start := at + n
		for at = start; at < len(b) && b[at] == '-'; {
			at++
		}
		k, ok := phrase(bytes.TrimSpace(names[min(start, len(names)):min(at, len(names))]))
		secret = secret || ok
		keys, starts, ends = append(keys, k), append(starts, start), append(ends, at)
	}
	if t.keys, t.starts, t.ends = nil, nil, nil; secret {
		t.keys, t.starts, t.ends = keys, starts, ends
	}
}

// copied takes the columns of COPY t (columns) FROM stdin, whose rows follow.
func (t *tables) copied(b []byte) {
	start, end := bytes.IndexByte(b, '('), bytes.IndexByte(b, ')')
	if start < 0 || end < start || !bytes.Contains(bytes.ToLower(b[end:]), []byte("stdin")) {
		return
	}
	if t.head(b[start+1 : end]); t.keys != nil {
		t.sep, t.starts, t.ends = '\t', nil, nil
	}
}

// row masks the cells of a row.
func (t *tables) row(f *finder, b []byte) {
	if len(bytes.Trim(b, "-+|=: \t\r")) == 0 && len(b) > 0 {
		return
	}
	cells := t.cells(b)
	if len(cells) != len(t.keys) || len(b) > 0 && b[0] == '(' && bytes.HasSuffix(bytes.TrimRight(b, "s)"), []byte(" row")) {
		t.keys = nil
		return
	}
	for i, c := range cells {
		k := t.keys[i]
		if v := b[c[0]:c[1]]; k.kind != Plain && len(v) >= max(1, k.min) && !ordinary(v) && (!k.made || random(v)) {
			f.value(b, span{start: c[0], end: c[1], open: c[1] == len(b)}, k.kind, quoted)
		}
	}
}

// cells are those of a row; none: it is none of the table's.
func (t *tables) cells(b []byte) (out [][2]int) {
	if t.starts == nil {
		return t.cellsBy(b, t.sep)
	}
	for i, start := range t.starts {
		end := len(b)
		if i+1 < len(t.starts) {
			end = min(end, t.starts[i+1])
		}
		if start = min(start, len(b)); i > 0 && start > 0 && start < len(b) && b[start-1] != ' ' || len(b) == 0 {
			return nil
		}
		for start < end && b[start] == ' ' {
			start++
		}
		for end > start && (b[end-1] == ' ' || b[end-1] == '\r') {
			end--
		}
		if t.beyond(i, end) && bytes.IndexByte(b[start:end], ' ') >= 0 {
			return nil
		}
		out = append(out, [2]int{start, max(start, end)})
	}
	return out
}

// beyond reports whether a cell goes on behind the dashes of its column. They are as long
// as its values: words that go on there are a line of something else.
func (t *tables) beyond(i, end int) bool { return i < len(t.ends) && end > t.ends[i] }

// cellsBy are the cells of a row; a wiki's head has each of its bars twice.
func (t *tables) cellsBy(b []byte, sep byte) [][2]int {
	cells := cellsOf(b, sep)
	if sep != '|' || !bytes.HasPrefix(b, []byte("||")) {
		return cells
	}
	twice := cells[:0]
	for i, c := range cells {
		if i%2 == 0 || c[0] < c[1] && i+1 < len(cells) {
			twice = append(twice, c)
		}
	}
	return twice
}

// cellsOf are the cells of a row, without blanks and quotes around them.
func cellsOf(b []byte, sep byte) (out [][2]int) {
	for at := 0; at <= len(b) && len(out) < maxColumns; {
		start := at
		for start < len(b) && b[start] == ' ' {
			start++
		}
		end := 0
		if q := byte('"'); start < len(b) && (b[start] == q || b[start] == '\'') {
			q = b[start]
			start++
			end = start + endQuoted(b[start:], q, 0)
			at = end
		} else {
			end = len(b)
			if n := bytes.IndexByte(b[start:], sep); n >= 0 {
				end = start + n
			}
			at = end
			for end > start && (b[end-1] == ' ' || b[end-1] == '\r') {
				end--
			}
		}
		out = append(out, [2]int{start, end})
		n := bytes.IndexByte(b[min(at, len(b)):], sep)
		if n < 0 {
			break
		}
		at += n + 1
	}
	return out
}

// insert masks the values of INSERT INTO t (columns) VALUES (values), or takes the
// numbers of its placeholders.
func (t *tables) insert(f *finder, b []byte, at int) {
	keys, ok := columnsBefore(b, at)
	if !ok {
		keys, ok = columnsBehind(b, at)
	}
	if _, name := lastWord(b[:at]); ok || ofPeople(name) {
		t.rows(f, b, at, keys)
	}
}

// ofPeople reports whether a table is one of those that hold what people and programs sign
// in with. Its values tell by themselves which of them is that.
func ofPeople(name []byte) bool {
	name = bytes.Trim(name, "`\"[] ")
	return has(signInTables, name[bytes.LastIndexAny(name, "._`")+1:])
}

var signInTables = set("users user accounts account credentials credential secrets secret passwords password tokens token applications apps clients logins admins members api_keys keys")

// rows masks the values of the rows behind VALUES. keys are those of the columns; nil: no
// columns are named.
func (t *tables) rows(f *finder, b []byte, at int, keys []key) {
	for i, n := at, 0; i < len(b); n++ {
		open := bytes.IndexByte(b[i:], '(')
		if open < 0 || n > 0 && len(bytes.Trim(b[i:i+open], ", \t\r\n")) > 0 {
			return
		}
		i = t.tuple(f, b, i+open+1, keys)
	}
}

// tuple masks the values of one row at i; it gives where the row ends.
func (t *tables) tuple(f *finder, b []byte, i int, keys []key) int {
	for n := 0; i < len(b); n++ {
		for i < len(b) && (b[i] == ' ' || b[i] == ',') {
			i++
		}
		if i+1 < len(b) && b[i] == 'N' && b[i+1] == '\'' { // of national characters
			i++
		}
		start, stop, fm := i, i, bare
		if i < len(b) && (b[i] == '\'' || b[i] == '"') {
			start, fm = i+1, quoted
			stop = start + endQuoted(b[start:], b[i], 0)
			for stop+1 < len(b) && b[stop+1] == b[i] { // a quote written twice
				stop += 2 + endQuoted(b[stop+2:], b[i], 0)
			}
			i = min(len(b), stop+1)
		} else {
			for i < len(b) && b[i] != ',' && b[i] != ')' {
				i++
			}
			stop = i
		}
		v := b[start:stop]
		if keys == nil && fm == quoted && len(v) >= gramLen && mixed(v) && !evidence(key{made: true}, nil, v, nil) && bytes.IndexByte(v, ' ') < 0 {
			f.value(b, span{start: start, end: stop, open: stop == len(b)}, Password, fm)
		} else if n < len(keys) && secret(keys[n]) {
			if place, ok := placeholder(v); ok {
				if place == 0 {
					place = placeholders(b[:stop])
				}
				t.bind(place, keys[n].kind)
			} else {
				f.value(b, span{start: start, end: stop, open: stop == len(b)}, keys[n].kind, fm)
			}
		}
		if i < len(b) && b[i] == ')' {
			return i + 1
		}
	}
	return i
}
