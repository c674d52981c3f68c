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
	if !d.touched && bytes == 0 && !labelsTLS[m.Label] {
		return 0
	}
	d.touched = false
	if !d.begun && d.clear { // a proxy is asked, or HTTP is spoken: lengths tell nothing
		st.TLS = TLS{Hello: st.TLS.Hello, Answer: st.TLS.Answer}
		st.Trouble.AlertBy = Nobody
		m.TLSDone = false
		if labelsTLS[m.Label] {
			m.Label, m.Basis = LabelNone, BasisNone
		}
		return 0
	}
	if !d.begun {
		st.TLS.Plain = st.TLS.Plain || d.notTLS
		return 0
	}
	news, label, done := d.news, d.label, d.done
	d.news, d.label, d.done = 0, LabelNone, false
	d.merge(&st.TLS)
	if d.alertBy != Nobody || !d.holes {
		st.Trouble.AlertBy = d.alertBy
	}
	if d.empty || !d.holes {
		st.Trouble.EmptyCertificate = d.empty
	}
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

// merge overrides what the lengths tell.
func (d *Dialog) merge(t *TLS) {
	known := *t
	*t = d.tls
	t.Hello, t.Answer, t.Plain = known.Hello, known.Answer, d.notTLS
	if !d.holes {
		return
	}
	if t.Cipher == 0 {
		t.Suite, t.CouldBe = known.Suite, known.CouldBe
	}
	if t.Version == 0 {
		t.Version = known.Version
	}
	if t.Stage != TLSAlert && known.Stage > t.Stage && (known.Stage != TLSAlert || d.alertBy != Nobody) {
		t.Stage, t.Basis = known.Stage, known.Basis
	}
}
