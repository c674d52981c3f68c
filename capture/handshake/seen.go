package handshake

// labelsTLS are the labels that tell of TLS: the bytes know better than what
// the lengths made of a packet.
var labelsTLS = [...]bool{
	LabelClientHello: true, LabelServerHello: true, LabelKeyExchange: true, LabelFinished: true,
	LabelRequest: true, LabelResponse: true, LabelAlert: true, LabelCloseNotify: true,
}

// Apply puts what the newest packet's bytes told into its connection and into m, and tells what
// is new. Where no bytes are missing they alone count; else they correct what the lengths tell.
// It changes nothing where the packet has no bytes and none that waited came to their turn.
func (d *Dialog) Apply(st *Flow, m *Move, bytes int) News {
	if !d.touched && bytes == 0 && !labelsTLS[m.Label] && !st.flight.changed && st.Trouble.Missed == d.missed {
		return 0
	}
	d.touched, d.missed = false, st.Trouble.Missed
	if !d.begun && d.clear { // a proxy is asked, or HTTP is spoken: lengths tell nothing
		if bytes > 0 {
			st.flight.clear(m.Dir)
		}
		st.TLS = TLS{Hello: int(st.flight.hello), Answer: int(st.flight.answer)}
		st.Trouble.AlertBy, st.Trouble.EmptyCertificate = Claim[End]{}, false
		st.read, st.flight.changed = true, false
		m.TLSDone = false
		if labelsTLS[m.Label] {
			m.Label, m.Basis = LabelNone, BasisNone
		}
		return 0
	}
	if !d.begun {
		d.deny(st, m)
		st.TLS.Plain = st.TLS.Plain || d.notTLS
		return 0
	}
	news, label, done := d.news, d.label, d.done
	d.news, d.label, d.done = 0, LabelNone, false
	st.read, st.flight.changed = true, false
	d.merge(st)
	ours := labelsTLS[m.Label] || m.Label == LabelNone
	switch {
	case label != LabelNone && ours:
		m.Label, m.Basis = label, BasisSeen
	case !d.holes && ours && m.Label != LabelNone: // the middle of a message, or of data
		m.Basis = BasisSeen
	}
	m.TLSDone = done || m.TLSDone && d.holes
	return news
}

// deny takes back an alert that only a length tells, where the bytes of it that were
// captured are no record. What else the lengths told before stands.
func (d *Dialog) deny(st *Flow, m *Move) {
	f := &st.flight
	if f.guess.stage != TLSAlert || !d.side[f.guess.alertBy-Client].odd {
		return
	}
	f.back()
	f.phase = phaseLate
	f.tell(&st.TLS)
	st.Trouble.AlertBy, st.Trouble.EmptyCertificate = Claim[End]{}, false
	if m.Label == LabelAlert {
		m.Label, m.Basis = LabelNone, BasisNone
	}
}

// merge puts what both tell into the connection: each fact as the bytes show it,
// else, where some are missing, as the lengths tell it.
func (d *Dialog) merge(st *Flow) {
	d.settle(&st.flight)
	t, g := &st.TLS, &st.flight.guess
	*t = d.tls
	t.Stage, t.Hello, t.Answer, t.Plain = d.stage, int(st.flight.hello), int(st.flight.answer), d.notTLS
	t.Foreign = d.foreign(st)
	by := d.end.by
	if d.end.sealed && !d.whole() {
		by = Claim[End]{}
	}
	empty := d.empty
	if d.implied && !t.Done() {
		t.Stage = Inferred(TLSApplicationData)
	}
	if (d.holes || d.missed != [2]bool{}) && d.agrees(g) {
		if t.Cipher == 0 {
			st.flight.suite(t)
		}
		t.Version = t.Version.or(Inferred(g.version))
		if g.stage != TLSAlert && g.stage > t.Stage.Is() {
			t.Stage = Inferred(g.stage)
		}
		if g.stage == TLSAlert && !t.Done() && !d.over() && !d.warned(g.alertBy) {
			by = by.or(Inferred(g.alertBy))
		}
		empty = empty || g.refused()
	}
	if by.Is() != Nobody && !t.Done() {
		t.Stage = claim(TLSAlert, by.Basis())
	}
	st.Trouble.AlertBy, st.Trouble.EmptyCertificate = by, empty
}

// settle takes the sum of the version that was seen, where several add up to as much.
func (d *Dialog) settle(f *flight) {
	v := d.tls.Version.Is()
	if f.match == nil || v == 0 || f.guess.version == v {
		return
	}
	list := sums()[f.match.size()]
	for i := range list {
		if o := &list[i]; o.version == v && o.empty == f.match.empty && o.bounds(&f.segment, 0) {
			f.match, f.guess.version = o, v
			return
		}
	}
}

// warned reports whether an end was seen to send an alert that ends nothing: its length
// is that of one that does.
func (d *Dialog) warned(e End) bool {
	for _, a := range d.tls.Alerts {
		if a.From == e && !a.Encrypted {
			return true // one that ends the handshake is told as seen
		}
	}
	return false
}

// foreign reports whether the server was seen to answer the ClientHello, or to greet who
// sent it, in what is neither TLS nor HTTP.
func (d *Dialog) foreign(st *Flow) bool {
	return d.side[ToClient].foreign && st.opened && d.tls.Client != nil && d.tls.Server == nil && !d.side[ToServer].foreign && !d.notTLS
}

// agrees reports whether nothing that was seen denies what the lengths tell.
func (d *Dialog) agrees(g *guess) bool {
	v := d.tls.Version.Is()
	return !d.alien && (v == 0 || g.version == 0 || v == g.version)
}

// whole reports whether nothing is missing that could show an encrypted alert to
// be the connection's end, and not the handshake's.
func (d *Dialog) whole() bool {
	return !d.holes && d.missed == [2]bool{} && d.tls.Client != nil && d.tls.Server != nil
}
