package report

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
)

// The connections of a large capture are most of a document: they are written
// here, field by field as their tags say, and not by reflection.

// pretty writes values as json.Indent leaves them, two blanks a level.
type pretty struct {
	b     []byte
	depth int
	chain map[*certificate][]byte // the certificates of a chain as written; servers show the same again
}

// open begins an object or a list, end closes it.
func (p *pretty) open(c byte) { p.b, p.depth = append(p.b, c), p.depth+1 }

func (p *pretty) end(c byte) {
	p.depth--
	if last := p.b[len(p.b)-1]; last == ',' {
		p.b = p.b[:len(p.b)-1]
		p.line()
	}
	p.b = append(p.b, c)
}

const margin = "\n                    "

func (p *pretty) line() { p.b = append(p.b, margin[:1+2*p.depth]...) }

// key begins a field; what follows it ends with a comma, which end takes away.
func (p *pretty) key(name string) {
	p.line()
	p.b = append(append(append(p.b, '"'), name...), `": `...)
}

func (p *pretty) str(name, v string) {
	p.key(name)
	p.text(v)
}

func (p *pretty) num(name string, v int) {
	p.key(name)
	p.b = append(strconv.AppendInt(p.b, int64(v), 10), ',')
}

func (p *pretty) flag(name string, v bool) {
	p.key(name)
	p.b = append(strconv.AppendBool(p.b, v), ',')
}

// float writes a number without an exponent, as most are; the others json does.
func (p *pretty) float(name string, v float64) {
	p.key(name)
	if abs := math.Abs(v); abs == 0 || abs >= 1e-6 && abs < 1e21 {
		p.b = append(strconv.AppendFloat(p.b, v, 'f', -1, 64), ',')
		return
	}
	p.other(v)
}

// text writes a string; one with anything but plain letters json does.
func (p *pretty) text(v string) {
	p.b = append(append(p.b, '"'), v...)
	if from := len(p.b) - len(v); !plain(p.b[from:]) {
		p.b = p.b[:from-1]
		p.other(v)
		return
	}
	p.b = append(p.b, '"', ',')
}

// plain reports whether a string is its own JSON: ASCII without controls, quotes and
// backslashes. Eight bytes are looked at at once: subtraction sets the high bit of one
// that is too small, and of a zero, which is what a byte becomes that is what it may not be.
func plain(b []byte) bool {
	const each, high = 0x0101010101010101, 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		quote, slash, del := w^each*'"', w^each*'\\', w^each*0x7f
		if (w|(w-each*' ')|(quote-each)&^quote|(slash-each)&^slash|(del-each)&^del)&high != 0 {
			return false
		}
	}
	for _, c := range b {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func (p *pretty) other(v any) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) == nil { // it is a string or a number
		p.b = append(p.b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
	}
	p.b = append(p.b, ',')
}

func (p *pretty) texts(name string, list []string) {
	p.key(name)
	p.open('[')
	for _, s := range list {
		p.line()
		p.text(s)
	}
	p.end(']')
	p.b = append(p.b, ',')
}

func (p *pretty) connection(c *connection) {
	p.line()
	p.open('{')
	p.str("client", c.Client)
	p.str("server", c.Server)
	p.flag("ours", c.Ours)
	p.str("state", c.State)
	p.float("syn_rtt_ms", c.SynRTT)
	p.num("client_mss", int(c.ClientMSS))
	p.num("server_mss", int(c.ServerMSS))
	p.num("retransmissions", c.Retransmissions)
	p.num("resets", c.Resets)
	p.num("zero_windows", c.ZeroWindows)
	p.num("packets", c.Packets)
	p.key("tls")
	p.tls(&c.TLS)
	p.end('}')
	p.b = append(p.b, ',')
}

func (p *pretty) tls(t *tls) {
	p.open('{')
	p.str("stage", t.Stage)
	p.str("basis", t.Basis)
	p.str("version", t.Version)
	p.str("version_basis", t.VersionBasis)
	p.str("cipher", t.Cipher)
	p.str("sni", t.SNI)
	p.texts("alpn", t.ALPN)
	p.str("ja3", t.JA3)
	p.str("ja3s", t.JA3S)
	p.str("ja4", t.JA4)
	p.flag("resumed", t.Resumed)
	p.flag("downgraded", t.Downgraded)
	p.flag("client_certificate_asked", t.ClientAuth)
	p.flag("plain_http", t.PlainHTTP)
	p.key("certificates")
	p.certificates(t.Certificates)
	p.flag("chain_ordered", t.ChainOrdered)
	p.key("alerts")
	p.open('[')
	for _, a := range t.Alerts {
		p.line()
		p.open('{')
		p.str("from", a.From)
		p.str("level", a.Level)
		p.str("description", a.Description)
		p.str("basis", a.Basis)
		p.end('}')
		p.b = append(p.b, ',')
	}
	p.end(']')
	p.b = append(p.b, ',')
	p.end('}')
	p.b = append(p.b, ',')
}

func (p *pretty) certificates(list []certificate) {
	if len(list) > 0 {
		if done, ok := p.chain[&list[0]]; ok {
			p.b = append(p.b, done...)
			return
		}
	}
	from := len(p.b)
	p.open('[')
	for i := range list {
		p.certificate(&list[i])
	}
	p.end(']')
	p.b = append(p.b, ',')
	if len(list) > 0 {
		if p.chain == nil {
			p.chain = map[*certificate][]byte{}
		}
		p.chain[&list[0]] = bytes.Clone(p.b[from:])
	}
}

func (p *pretty) certificate(c *certificate) {
	p.line()
	p.open('{')
	p.str("subject", c.Subject)
	p.str("issuer", c.Issuer)
	p.str("not_before", c.NotBefore)
	p.str("not_after", c.NotAfter)
	p.texts("san", c.SAN)
	p.str("key", c.Key)
	p.flag("ca", c.CA)
	p.flag("self_signed", c.SelfSigned)
	p.str("sha256", c.SHA256)
	p.flag("unparsed", c.Unparsed)
	p.end('}')
	p.b = append(p.b, ',')
}
