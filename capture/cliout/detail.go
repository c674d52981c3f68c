package cliout

import (
	"bytes"
	"strings"
	"time"

	"syncscope/capture/redact"
)

// chain reads the entries of openssl's "Certificate chain":
//
//	0 s:C = US, O = Example, CN = ssm
//	  i:C = US, O = Example, CN = Example Root
func (p *Parser) chain(b []byte) {
	t := bytes.TrimSpace(b)
	if i := bytes.Index(t, []byte(" s:")); i > 0 && i <= 2 {
		p.res.Chain = append(p.res.Chain, Certificate{Line: len(p.res.Lines) - 1, Subject: p.gate.Field(redact.Plain, t[i+3:])})
		return
	}
	if issuer, ok := bytes.CutPrefix(t, []byte("i:")); ok && len(p.res.Chain) > 0 {
		p.res.Chain[len(p.res.Chain)-1].Issuer = p.gate.Field(redact.Plain, issuer)
	}
}

// service reads the blocks of "request nms all status": a name, then
// "Enabled: true" and "Status:  running PID:3515 for 642s".
func (p *Parser) service(b []byte) {
	t := bytes.TrimSpace(b)
	if bytes.HasPrefix(t, []byte("NMS ")) {
		p.unit, p.enabled = bytes.Clone(t), true
		return
	}
	key, val, ok := bytes.Cut(t, []byte(":"))
	val = bytes.TrimSpace(val)
	switch {
	case !ok:
	case string(key) == "Enabled":
		p.enabled = string(val) == "true"
	case string(key) == "Status" && bytes.HasPrefix(val, []byte("running")):
		if _, age, ok := bytes.Cut(val, []byte(" for ")); ok && len(p.unit) > 0 {
			p.res.Up = append(p.res.Up, Service{p.gate.Foreign(string(p.unit)), spelledTime(string(age))})
		}
	case string(key) == "Status" && p.enabled && !bytes.HasPrefix(val, []byte("running")) && len(p.unit) > 0:
		p.res.Down = append(p.res.Down, p.gate.Foreign(string(p.unit)+": "+string(val)))
	}
}

var (
	creator = newPattern(`(?i)(created by|creator|owner|user ?name)\s*$`)
	// clientID is an ID that the gate does not know, whole or cut: letters of both cases.
	clientID = newPattern(`^[A-Za-z0-9_-]{12,}(?:\.\.\.|…)?$`)
	listed   = newPattern(`[A-Z][a-z]{2} [ \d]\d \d{4}`)
)

// shownOfID is how many characters of a client ID its token shows, too.
const shownOfID = 4

// grant reads a row of the list of grants, columns told by their content: the
// copy of a web page has no alignment to trust. The client ID is what the gate
// knows as one; an unknown one is none that the Manager sent.
func (p *Parser) grant() {
	line := p.res.Lines[len(p.res.Lines)-1].String()
	if creator.regexp().MatchString(line) && !strings.Contains(line, " Grant ") {
		p.creator = true
	}
	for _, kind := range []redact.Text{redact.Literal("Client Credentials Grant"), redact.Literal("Resource Owner Grant")} {
		before, after, ok := strings.Cut(line, kind.String())
		if !ok {
			continue
		}
		g := Grant{Line: len(p.res.Lines) - 1, Type: kind}
		if dates := listed.regexp().FindAllString(line, -1); len(dates) > 1 { // the first is the creation's
			g.Expires, _ = time.Parse("Jan _2 2006", dates[len(dates)-1])
		}
		if f := strings.Fields(after); p.creator && len(f) > 0 {
			g.Creator = p.gate.Foreign(f[len(f)-1])
		}
		for _, w := range strings.Fields(before + " " + after) {
			if i := strings.Index(w, "client#"); i >= 0 {
				g.Client = p.gate.Foreign(w[i:])
			} else if id := clientID.regexp().FindString(w); id != "" && strings.ToLower(id) != id && strings.ToUpper(id) != id {
				g.Begins = p.gate.Foreign(id[:shownOfID])
			}
		}
		p.res.Grants = append(p.res.Grants, g)
	}
}
