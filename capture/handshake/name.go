package handshake

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"strings"

	"syncscope/capture/redact"
)

// attributes are the short names of what names are made of (RFC 4514, 3;
// RFC 4519, 2; RFC 2985, 5.2.1), by OID.
var attributes = [...]struct{ oid, name string }{
	{"2.5.4.3", "CN"}, {"2.5.4.4", "SN"}, {"2.5.4.5", "serialNumber"}, {"2.5.4.6", "C"}, {"2.5.4.7", "L"}, {"2.5.4.8", "ST"},
	{"2.5.4.9", "street"}, {"2.5.4.10", "O"}, {"2.5.4.11", "OU"}, {"2.5.4.12", "title"}, {"2.5.4.15", "businessCategory"},
	{"2.5.4.17", "postalCode"}, {"2.5.4.42", "GN"}, {"0.9.2342.19200300.100.1.1", "UID"}, {"0.9.2342.19200300.100.1.25", "DC"},
	{"1.2.840.113549.1.9.1", "emailAddress"}, {"1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"}, {"1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"},
}

// name writes a distinguished name as RFC 4514 does, the last part first. Each
// value passes the gate by itself: what stands before it is ours.
func (c *Cache) name(raw []byte) redact.Text {
	var rdns pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &rdns); err != nil {
		return redact.Text{}
	}
	var b strings.Builder
	for i := len(rdns) - 1; i >= 0; i-- {
		for j, part := range rdns[i] {
			switch {
			case j > 0:
				b.WriteByte('+')
			case b.Len() > 0:
				b.WriteByte(',')
			}
			b.WriteString(attribute(part.Type.String()))
			b.WriteByte('=')
			b.WriteString(escaped(c.gate.Foreign(fmt.Sprint(part.Value)).String()))
		}
	}
	return c.gate.Field(redact.Plain, []byte(b.String()))
}

func attribute(oid string) string {
	for _, a := range attributes {
		if a.oid == oid {
			return a.name
		}
	}
	return oid
}

// escaped marks what would end a value (RFC 4514, 2.4).
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, `,`, `\,`, `+`, `\+`, `"`, `\"`, `<`, `\<`, `>`, `\>`, `;`, `\;`).Replace(s)
}
