package capture_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
)

const corpus = "../../shared/corpus/"

// gathered are a capture's connections as they were at its end, by "client
// port server port", and its TLS events by packet.
type gathered struct {
	conns  map[handshake.ID]event.Connection
	hellos map[int]handshake.ClientHello // by the packet that completes it
	server map[int]handshake.ServerHello
	alerts map[int]handshake.Alert
	events []string
}

// gather decodes a capture, written in pieces of n bytes.
func gather(t testing.TB, name string, n int) gathered {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	defer f.Close()
	g := gathered{map[handshake.ID]event.Connection{}, map[int]handshake.ClientHello{}, map[int]handshake.ServerHello{}, map[int]handshake.Alert{}, nil}
	d := capture.NewDecoder(event.Source{ID: 1}, redact.New(), g.add)
	r, err := pcap.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := r.Bytes()
	if err != nil {
		t.Logf("%s: %v", name, err)
	}
	for len(data) > 0 {
		k := min(n, len(data))
		_, _ = d.Write(data[:k]) // it never fails
		data = data[k:]
	}
	_ = d.Close() // captures of the corpus may break off
	return g
}

func (g *gathered) add(ev event.Event) {
	at := ev.Ref().Packet
	switch ev := ev.(type) {
	case event.Segment:
		g.conns[ev.Conn.ID] = ev.Conn
		g.events = append(g.events, fmt.Sprint(at, ev.Label, ev.Basis, ev.Conn.State, ev.Conn.TLS.Stage.Is()))
		return
	case event.ClientHello:
		g.hellos[at] = ev.Hello
	case event.ServerHello:
		g.server[at] = ev.Hello
	case event.Alert:
		g.alerts[at] = ev.Alert
	}
	g.events = append(g.events, fmt.Sprintf("%d %T", at, ev))
}

// table reads a zeek log.
func table(t *testing.T, name string) (rows []map[string]string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	var fields []string
	for _, line := range strings.Split(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "#fields\t"); ok {
			fields = strings.Split(rest, "\t")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		row := map[string]string{}
		for i, v := range strings.Split(line, "\t") {
			if i < len(fields) {
				row[fields[i]] = v
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// traces are zeek's captures and the folders of their logs.
func traces(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open(corpus + "zeek/MANIFEST.tsv")
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	defer f.Close()
	out := map[string]string{}
	in := bufio.NewScanner(f)
	for in.Scan() {
		if c := strings.Split(in.Text(), "\t"); len(c) > 1 && c[0] != "trace" {
			out[c[1]] = corpus + "zeek/traces/" + c[0]
		}
	}
	return out
}

// zeekDeviations are the fields in which a row differs, with the reason. None
// does.
var zeekDeviations = map[string]string{}

func zeekVersion(v uint16) string {
	switch {
	case v == 0:
		return "-"
	case v >= 0x0301 && v <= 0x0304:
		return fmt.Sprintf("TLSv1%d", v-0x0301)
	case v>>8 == 0x7f && v&0xff < 0x20:
		return fmt.Sprintf("TLSv13-draft%d", v&0xff)
	}
	return fmt.Sprintf("unknown-%d", v)
}

// TestZeek: each row of zeek's ssl.log, x509.log and conn.log is what we see.
func TestZeek(t *testing.T) {
	rows, same := 0, 0
	for dir, trace := range traces(t) {
		g := gather(t, trace, 1<<20)
		known := g.certificates()
		check := func(field, got, want string) {
			rows++
			if got == want {
				same++
				return
			}
			if why := zeekDeviations[dir+" "+field]; why == "" {
				t.Errorf("%s: %s is %s, zeek has %s", dir, field, got, want)
			}
		}
		base := corpus + "zeek/baseline/" + dir
		for _, row := range table(t, base+"/ssl.log") {
			c, ok := g.find(row)
			if !ok {
				t.Errorf("%s: no connection from port %s", dir, row["id.orig_p"])
				continue
			}
			zeekTLS(c.TLS, row, check)
		}
		for _, row := range table(t, base+"/x509.log") {
			c := known[row["fingerprint"]]
			if c.Hash == "" || c.Unparsed {
				continue // of a client, or none that crypto/x509 reads: the chain's hashes are compared above
			}
			check("subject", c.Subject.String(), strings.ReplaceAll(row["certificate.subject"], `\\`, `\`))
			check("issuer", c.Issuer.String(), strings.ReplaceAll(row["certificate.issuer"], `\\`, `\`))
		}
		for _, row := range table(t, base+"/conn.log") {
			if c, ok := g.find(row); ok && row["proto"] == "tcp" {
				zeekHistory(c, row["history"], check)
			}
		}
	}
	t.Logf("%d of %d fields are the same", same, rows)
	if rows == 0 {
		t.Error("nothing was compared")
	}
}

func zeekTLS(tls handshake.TLS, row map[string]string, check func(field, got, want string)) {
	dash := func(s string) string {
		if s == "" {
			return "-"
		}
		return s
	}
	check("version", zeekVersion(tls.Version.Is()), row["version"])
	check("cipher", dash(handshake.CipherName(tls.Cipher)), row["cipher"])
	sni := ""
	if tls.Client != nil {
		sni = tls.Client.SNI.String()
	}
	check("server name", dash(sni), row["server_name"])
	alert := ""
	for _, a := range tls.Alerts {
		if !a.Encrypted {
			alert = a.Name()
		}
	}
	check("alert", dash(alert), row["last_alert"])
	// zeek's is of what it sees; that records show it to be over goes further.
	established := tls.Done() && (tls.Stage.Basis() == handshake.BasisSeen || tls.Version.Is() > 0x0303)
	check("established", strings.ToUpper(fmt.Sprint(established))[:1], row["established"])
	var hashes []string
	if tls.Chain != nil {
		for _, c := range tls.Chain.Certificates {
			hashes = append(hashes, c.Hash)
		}
	}
	check("certificates", dash(strings.Join(hashes, ",")), strings.ReplaceAll(row["cert_chain_fps"], "(empty)", "-"))
}

// zeekHistory compares the letters of SYN, SYN-ACK, RST and retransmission.
func zeekHistory(c event.Connection, history string, check func(field, got, want string)) {
	letters := map[string]bool{
		"S": !c.MidStream && strings.Contains(history, "S"), "Rr": c.Resets > 0, "Tt": c.Retransmissions > 0,
	}
	for l, got := range letters {
		check("history "+l, fmt.Sprint(got), fmt.Sprint(strings.ContainsAny(history, l)))
	}
}

func (g *gathered) certificates() map[string]handshake.Certificate {
	out := map[string]handshake.Certificate{}
	for _, c := range g.conns {
		if c.TLS.Chain != nil {
			for _, x := range c.TLS.Chain.Certificates {
				out[x.Hash] = x
			}
		}
	}
	return out
}

func (g *gathered) find(row map[string]string) (event.Connection, bool) {
	for _, c := range g.conns {
		if c.Client.Addr().String() == row["id.orig_h"] && fmt.Sprint(c.Client.Port()) == row["id.orig_p"] && fmt.Sprint(c.Server.Port()) == row["id.resp_p"] {
			return c, true
		}
	}
	return event.Connection{}, false
}

// TestJA4: the fingerprints of FoxIO's own snapshots.
func TestJA4(t *testing.T) {
	snaps, _ := filepath.Glob(corpus + "ja4/rust/*.snap") // the pattern is well formed
	if len(snaps) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	same := 0
	for _, snap := range snaps {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(snap), "ja4__insta@"), ".snap")
		g := gather(t, corpus+"ja4/pcap/"+name, 1<<20)
		got := map[string]string{}
		for _, c := range g.conns {
			if c.TLS.Client != nil {
				got[fmt.Sprint(c.Client.Port())] = c.TLS.Client.JA4
			}
		}
		data, err := os.ReadFile(snap)
		if err != nil {
			t.Fatal(err)
		}
		port, proto := "", ""
		for _, line := range strings.Split(string(data), "\n") {
			key, value, _ := strings.Cut(strings.TrimLeft(line, " -"), ": ")
			switch key {
			case "transport":
				proto = value
			case "src_port":
				port = value
			case "ja4":
				if proto != "tcp" {
					continue // QUIC and DTLS
				}
				if got[port] != value {
					t.Errorf("%s port %s: %s, the snapshot has %s", name, port, got[port], value)
					continue
				}
				same++
			}
		}
	}
	t.Logf("%d fingerprints are the same", same)
	if same == 0 {
		t.Error("nothing was compared")
	}
}

// TestJA3: the fingerprints of tshark, packet by packet.
func TestJA3(t *testing.T) {
	files, _ := filepath.Glob(corpus + "golden/*.tshark.tsv") // the pattern is well formed
	if len(files) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	same, all := 0, 0
	for _, name := range files {
		trace := traceOf(filepath.Base(name))
		if trace == "" || strings.Contains(trace, "quic") { // encrypted UDP
			continue
		}
		g := gather(t, trace, 1<<20)
		ja3, ja3s := []string{}, []string{}
		for _, h := range g.hellos {
			ja3 = append(ja3, h.JA3)
		}
		for _, h := range g.server {
			ja3s = append(ja3s, h.JA3S)
		}
		for field, got := range map[string][]string{"tls.handshake.ja3": ja3, "tls.handshake.ja3s": ja3s} {
			for _, want := range column(t, name, field) {
				all++
				if slices.Contains(got, want) {
					same++
				} else {
					t.Errorf("%s: tshark has %s %s", filepath.Base(trace), field, want)
				}
			}
		}
	}
	t.Logf("%d of %d are the same", same, all)
	if all == 0 {
		t.Error("nothing was compared")
	}
}

// traceOf is the capture that a golden file is of.
func traceOf(golden string) string {
	name := strings.TrimSuffix(golden, ".tshark.tsv")
	for from, to := range map[string]string{"zeek_traces_tcp_": "zeek/traces/tcp/", "zeek_traces_tls_": "zeek/traces/tls/", "zeek_traces_http_": "zeek/traces/http/", "ja4_pcap_": "ja4/pcap/", "wireshark_": "wireshark/"} {
		if rest, ok := strings.CutPrefix(name, from); ok {
			if _, err := os.Stat(corpus + to + rest); err == nil {
				return corpus + to + rest
			}
		}
	}
	return ""
}

// column gives what tshark printed of a field, one value a message.
func column(t *testing.T, name, field string) (out []string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	at := slices.Index(strings.Split(lines[0], "\t"), field)
	for _, line := range lines[1:] {
		if c := strings.Split(line, "\t"); at >= 0 && at < len(c) && c[at] != "" {
			out = append(out, strings.Split(c[at], ",")...)
		}
	}
	return out
}

// However a capture is split into writes, its events are the same.
func TestCaptureSplit(t *testing.T) {
	for _, name := range []string{"zeek/traces/tls/ecdhe.pcap", "ja4/pcap/latest.pcapng", "wireshark/tls-fragmented-handshakes.pcap.gz", "wireshark/http-ooo.pcap"} {
		want := gather(t, corpus+name, 1<<20).events
		for _, n := range []int{1, 7, 1000} {
			if got := gather(t, corpus+name, n).events; !slices.Equal(got, want) {
				t.Errorf("%s in pieces of %d: other events", name, n)
			}
		}
	}
}
