package handshake

// labelsTLS are the labels that tell of TLS: the bytes know better than what
// the lengths made of a packet.
var labelsTLS = [...]bool{
	LabelClientHello: true, LabelServerHello: true, LabelKeyExchange: true, LabelFinished: true,
	LabelRequest: true, LabelResponse: true, LabelAlert: true, LabelCloseNotify: true,
}

// Apply puts what the newest packet's bytes told into its step and its
// connection, and tells what is new. Where no bytes are missing they alone count; else they
// correct what the lengths tell.
func (t *Tracker) Apply(d *Dialog, step *Step) News {
	st := t.last
	if !d.begun && d.clear { // a proxy is asked, or HTTP is spoken: lengths tell nothing
		st.TLS = TLS{Hello: st.TLS.Hello, Answer: st.TLS.Answer}
		st.Trouble.AlertBy = Nobody
		step.Conn.TLS, step.Conn.Trouble, step.TLSDone = st.TLS, st.Trouble, false
		if int(step.Label) < len(labelsTLS) && labelsTLS[step.Label] {
			step.Label, step.Basis = LabelNone, None
		}
		return 0
	}
	if !d.begun {
		if d.notTLS {
			st.TLS.Plain, step.Conn.TLS.Plain = true, true
		}
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
	step.Conn.TLS, step.Conn.Trouble = st.TLS, st.Trouble
	ours := int(step.Label) >= len(labelsTLS) || labelsTLS[step.Label] || step.Label == LabelNone
	switch {
	case label != LabelNone && ours:
		step.Label, step.Basis = label, Seen
	case !d.holes && ours && step.Label != LabelNone && int(step.Label) < len(labelsTLS): // the middle of a message, or of data
		step.Basis = Seen
	}
	if !d.holes {
		step.TLSDone = done
	} else {
		step.TLSDone = step.TLSDone || done
	}
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
