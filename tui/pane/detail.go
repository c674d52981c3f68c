package pane

import (
	"fmt"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// Field is one parsed value of a row.
type Field struct{ Name, Value string }

// Detail is all that is known of a row: what it is, its fields, and the line
// as it came.
type Detail struct {
	What   string
	Fields []Field
	Text   string
}

// parsed collects the values that are there.
type parsed []Field

func (f *parsed) add(name string, value any) {
	if s := strings.TrimSpace(fmt.Sprint(value)); s != "" && s != "0" && s != "invalid IP" && s != "0s" {
		*f = append(*f, Field{name, s})
	}
}

// Detail tells all of a row.
func (r *Row) Detail() Detail {
	d := Detail{What: "note", Text: r.Raw}
	var f parsed
	f.add("time", r.When().Text.Text())
	if !r.When().Arrival.IsZero() {
		f.add("arrived", r.When().Arrival.Format("15:04:05.000")+" on our clock")
	}
	switch {
	case r.Ref.Packet > 0:
		f.add("packet", fmt.Sprintf("%d, line %d", r.Ref.Packet, r.Ref.Line))
	case r.Ref.Line > 0:
		f.add("line", r.Ref.Line)
	}
	switch ev := r.Event.(type) {
	case event.Segment:
		d.What = "packet"
		packetFields(&f, ev)
	case event.LogEntry:
		d.What = "log line"
		entryFields(&f, ev)
		d.Text = ev.Full.String()
	case event.Certificate:
		d.What = "certificate"
		chainFields(&f, ev)
	case event.ClientHello:
		d.What = "Client Hello"
		h := ev.Hello
		f.add("highest", tlsVersion(h.Highest()))
		f.add("server name", h.SNI)
		f.add("suites", len(h.Ciphers))
	case event.ServerHello:
		d.What = "Server Hello"
		f.add("version", tlsVersion(ev.Hello.Version))
		f.add("suite", handshake.CipherName(ev.Hello.Cipher))
	case event.Alert:
		d.What = "TLS alert"
		f.add("from", map[bool]string{true: "Manager", false: "SSM"}[ev.Alert.From == handshake.Client])
		f.add("level", ev.Alert.LevelName())
		f.add("description", ev.Alert.Name())
	}
	if d.Text == "" {
		d.Text = r.Message
	}
	d.Fields = f
	return d
}

func packetFields(f *parsed, ev event.Segment) {
	p, c := ev.Packet, ev.Conn
	from, to := c.Client, c.Server
	if ev.Dir != 0 {
		from, to = to, from
	}
	f.add("from", from)
	f.add("to", to)
	f.add("means", labels[ev.Label].words)
	f.add("basis", map[bool]string{true: "inferred from lengths and order", false: "seen"}[ev.Basis != handshake.BasisSeen && ev.Flight > 0])
	f.add("flags", p.Flags)
	f.add("sequence", p.Seq)
	f.add("acknowledges", p.Ack)
	f.add("window", p.Window)
	f.add("payload", fmt.Sprintf("%d B", p.Length))
	if ev.Count > 1 {
		f.add("flight", fmt.Sprintf("%d B in %d packets", ev.Flight, ev.Count))
	}
	f.add("mss", p.MSS)
	f.add("ttl", p.TTL)
	f.add("after", span(ev.Delta))
	f.add("connection", fmt.Sprintf("%d: %d packets, %d retransmissions, %d resets", c.ID, c.Packets, c.Retransmissions, c.Resets))
	f.add("round trip", c.RTT.Round(100*time.Microsecond))
}

func entryFields(f *parsed, ev event.LogEntry) {
	f.add("host", ev.Host)
	f.add("program", ev.Program)
	f.add("part", ev.Entry.Role)
	f.add("level", strings.TrimSpace(ev.Severity.Short()))
	f.add("class", ev.Class)
	f.add("thread", ev.Thread)
	f.add("request", strings.TrimSpace(ev.Method.String()+" "+ev.Path.String()))
	f.add("status", ev.Status)
	f.add("size", ev.Size)
	f.add("took", ev.Took)
	f.add("caller", ev.Client)
	f.add("peer", ev.Peer)
	f.add("upstream", ev.Upstream)
	f.add("client ID", ev.ClientID)
	f.add("secret", ev.Secret)
	f.add("password", ev.Password)
	if ev.SourceMasked {
		f.add("password", "masked by the source")
	}
	f.add("user", ev.User)
	f.add("grant type", ev.GrantType)
	f.add("no value", ev.BlankField)
	f.add("error", ev.ErrorCode)
	f.add("says", ev.ErrorText)
	f.add("exception", ev.Exception)
	if ev.Cut {
		f.add("cut", "the line ends inside a field")
	}
}

func chainFields(f *parsed, ev event.Certificate) {
	for i, c := range ev.Chain.Certificates {
		if i > 0 {
			f.add("issued by", fmt.Sprintf("certificate %d of %d", i+1, len(ev.Chain.Certificates)))
		}
		if c.Unparsed {
			f.add("certificate", "cannot be read")
			continue
		}
		f.add("subject", c.Subject)
		f.add("issuer", c.Issuer)
		f.add("valid", c.NotBefore.UTC().Format("2006-01-02 15:04")+" to "+c.NotAfter.UTC().Format("2006-01-02 15:04")+" UTC")
		names := make([]string, 0, len(c.SAN))
		for _, n := range c.SAN {
			names = append(names, n.String())
		}
		f.add("names", strings.Join(names, ", "))
		f.add("key", c.Key)
		if c.SelfSigned {
			f.add("signed", "by itself")
		}
		f.add("SHA-256", c.Hash)
	}
}
