package pane

// Pseudonyms is how rows show users, hosts and addresses, and what turned out to be a
// secret after they came. A nil one shows a row as it came. Rows keep their texts; a
// new Pseudonyms is a new look at all of them, also at those drawn before.
type Pseudonyms struct {
	// Shown gives a text as it may be shown by now.
	Shown func(text string) string
	Names bool // users, hosts and addresses are hidden
}

// Hides reports whether names are hidden.
func (v *Pseudonyms) Hides() bool { return v != nil && v.Names }

func (v *Pseudonyms) of(text string) string {
	if v == nil || text == "" {
		return text
	}
	return v.Shown(text)
}

// SetPseudonyms changes how names are shown in all rows.
func (st *store) SetPseudonyms(v *Pseudonyms) {
	if v == st.pseudonyms {
		return
	}
	switched := st.pseudonyms.Hides() != v.Hides()
	st.pseudonyms = v
	if switched && st.filter.on() { // for one name more, what has passed stays
		st.sift()
	}
}

// parts are what of a row is text.
type parts struct {
	host, lead   Seg
	columns      []Seg
	message, raw string
}

// cover puts pseudonyms into a row's text, and keeps the text for uncover.
func (r *Row) cover(v *Pseudonyms) {
	r.pseudonyms = v
	if v == nil {
		return
	}
	r.came = &parts{r.Host, r.Lead, r.Columns, r.Message, r.Raw}
	r.Host.Text, r.Lead.Text, r.Message, r.Raw = v.of(r.Host.Text), v.of(r.Lead.Text), v.of(r.Message), v.of(r.Raw)
	r.Columns = make([]Seg, len(r.came.columns))
	for i, c := range r.came.columns {
		r.Columns[i] = Seg{v.of(c.Text), c.Role}
	}
}

// uncover gives a row the text back that it had.
func (r *Row) uncover() {
	if c := r.came; c != nil {
		r.Host, r.Lead, r.Columns, r.Message, r.Raw = c.host, c.lead, c.columns, c.message, c.raw
	}
	r.pseudonyms, r.came, r.whole, r.drawn = nil, nil, false, nil
}

// also adds to values what stands in sight for them.
func (r *Row) also(values []string) []string {
	if r.pseudonyms == nil {
		return values
	}
	out := values
	for _, s := range values {
		if p := r.pseudonyms.of(s); p != s {
			out = append(out[:len(out):len(out)], p)
		}
	}
	return out
}
