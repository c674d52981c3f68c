package report

import (
	"bytes"
	"encoding/json"
	"io"
	"net/netip"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/view"
)

type document struct {
	Schema      string              `json:"schema"`
	ToolVersion string              `json:"tool_version"`
	Verdict     string              `json:"verdict"`
	Sentence    string              `json:"sentence"`
	Turn        turn                `json:"turn"`
	RootCause   *finding            `json:"root_cause"`
	Findings    []finding           `json:"findings"`
	Stages      []stage             `json:"stages"`
	Attempts    []attempt           `json:"attempts"`
	Earlier     earlier             `json:"earlier"`
	LastGood    *lastGood           `json:"last_good"`
	Connections []connection        `json:"connections"`
	Checks      []view.CheckOutcome `json:"checks"`
	Sources     []source            `json:"sources"`
	Clock       clock               `json:"clock"`
	Masked      map[string]int      `json:"masked"`
	Notes       []string            `json:"notes,omitempty"`
}

// turn is the next step; who is empty where nothing is to do.
type turn struct {
	Who string `json:"who"`
	Do  string `json:"do"`
}

// earlier counts the attempts before those that are listed.
type earlier struct {
	Attempts int            `json:"attempts"`
	Failed   int            `json:"failed"`
	ByCause  map[string]int `json:"by_cause"`
}

// lastGood is when it worked last, and what changed since; null: it did not
// fail, or did not work before.
type lastGood struct {
	Time     string     `json:"time"`
	TimeText string     `json:"time_text"`
	Attempt  int        `json:"attempt"`
	Changed  []string   `json:"changed_since"`
	Evidence []evidence `json:"evidence"`
}

type finding struct {
	ID          string           `json:"id"`
	Stage       string           `json:"stage"`
	Severity    string           `json:"severity"`
	Confidence  string           `json:"confidence"`
	Owner       string           `json:"owner"`
	Title       string           `json:"title"`
	Explanation string           `json:"explanation"`
	CouldBe     []string         `json:"could_be"`
	HowToTell   string           `json:"how_to_tell"`
	Missing     []string         `json:"missing_evidence"`
	Evidence    []evidence       `json:"evidence"`
	RuledOut    []ruledOut       `json:"ruled_out"`
	Fix         []checks.FixStep `json:"fix"`
	Reproduce   []string         `json:"reproduce"`
	ReproduceOn []string         `json:"reproduce_on"` // where each is typed
	Runbook     string           `json:"runbook"`
	Attempt     int              `json:"attempt"`
	About       string           `json:"about"`
}

type evidence struct {
	Source   string `json:"source"`
	Line     int    `json:"line"`
	Packet   int    `json:"packet"`
	Time     string `json:"time"`
	TimeText string `json:"time_text"`
	Text     string `json:"text"`
	Says     string `json:"says"`
}

type ruledOut struct {
	Stage    string     `json:"stage"`
	Why      string     `json:"why"`
	Evidence []evidence `json:"evidence"`
}

type stage struct {
	Stage    string     `json:"stage"`
	Status   string     `json:"status"`
	Basis    string     `json:"basis"`
	Object   string     `json:"object"`
	Detail   string     `json:"detail"`
	Evidence []evidence `json:"evidence"`
}

type attempt struct {
	Node       string `json:"node"`
	Tenant     string `json:"tenant"`
	Ambiguous  bool   `json:"ambiguous"`
	Kind       string `json:"kind"`
	Start      string `json:"start"`
	End        string `json:"end"`
	Outcome    string `json:"outcome"`
	RootCause  string `json:"root_cause"`
	ClientID   string `json:"client_id"`
	User       string `json:"user"`
	StatusCode int    `json:"status_code"`
}

type connection struct {
	Client          string  `json:"client"`
	Server          string  `json:"server"`
	Ours            bool    `json:"ours"`
	State           string  `json:"state"`
	SynRTT          float64 `json:"syn_rtt_ms"`
	ClientMSS       uint16  `json:"client_mss"`
	ServerMSS       uint16  `json:"server_mss"`
	Retransmissions int     `json:"retransmissions"`
	Resets          int     `json:"resets"`
	ZeroWindows     int     `json:"zero_windows"`
	Packets         int     `json:"packets"`
	TLS             tls     `json:"tls"`
}

type tls struct {
	Stage        string        `json:"stage"`
	Basis        string        `json:"basis"`
	Version      string        `json:"version"`
	VersionBasis string        `json:"version_basis"`
	Cipher       string        `json:"cipher"`
	SNI          string        `json:"sni"`
	ALPN         []string      `json:"alpn"`
	JA3          string        `json:"ja3"`
	JA3S         string        `json:"ja3s"`
	JA4          string        `json:"ja4"`
	Resumed      bool          `json:"resumed"`
	Downgraded   bool          `json:"downgraded"`
	ClientAuth   bool          `json:"client_certificate_asked"`
	PlainHTTP    bool          `json:"plain_http"`
	Certificates []certificate `json:"certificates"`
	ChainOrdered bool          `json:"chain_ordered"`
	Alerts       []alert       `json:"alerts"`
}

type certificate struct {
	Subject    string   `json:"subject"`
	Issuer     string   `json:"issuer"`
	NotBefore  string   `json:"not_before"`
	NotAfter   string   `json:"not_after"`
	SAN        []string `json:"san"`
	Key        string   `json:"key"`
	CA         bool     `json:"ca"`
	SelfSigned bool     `json:"self_signed"`
	SHA256     string   `json:"sha256"`
	Unparsed   bool     `json:"unparsed"`
}

type alert struct {
	From        string `json:"from"`
	Level       string `json:"level"`
	Description string `json:"description"`
	Basis       string `json:"basis"`
}

type source struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Level   string   `json:"level"`
	Lines   int      `json:"lines"`
	Packets int      `json:"packets"`
	Skipped int      `json:"skipped"`
	Repairs []string `json:"repairs,omitempty"`
}

type clock struct {
	Offset      float64 `json:"offset_s"`
	Uncertainty float64 `json:"uncertainty_s"`
	Basis       string  `json:"basis"`
}

// JSON writes the report as one indented document.
func JSON(w io.Writer, r Report) error {
	d := r.Diagnosis
	doc := document{
		Schema: Schema, ToolVersion: r.Version, Verdict: d.Verdict.String(), Sentence: d.Sentence(), Turn: turn{string(d.Turn().Who), d.Turn().Do},
		Findings: list(d.Findings, toFinding), Stages: list(ladderOf(d), toStage),
		Attempts: list(d.Attempts, toAttempt), Earlier: toEarlier(d.Earlier), LastGood: toLastGood(d.LastGood), Connections: []connection{}, // they are written apart
		Checks: append([]view.CheckOutcome{}, r.Checks...), Sources: list(r.Sources, toSource),
		Clock: clock{r.Diagnosis.Clock.Offset.Seconds(), r.Diagnosis.Clock.Uncertainty.Seconds(), r.Diagnosis.Clock.Basis}, Masked: map[string]int{}, Notes: r.Remarks(),
	}
	if d.RootCause != nil {
		f := toFinding(*d.RootCause)
		doc.RootCause = &f
	}
	for kind, n := range r.Masked {
		doc.Masked[kind.String()] = n
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return err
	}
	// No text holds these bytes: a quotation mark in one is escaped.
	const here = `"connections":[]`
	before, after, _ := bytes.Cut(out.Bytes(), []byte(here))
	in := indenter{w: w}
	in.indent(before)
	in.out = append(in.out, `"connections": `...)
	in.connections(d.Conns, r.End, r.Workers)
	in.indent(after)
	return in.flush()
}

// chains are those that were converted already: servers show the same again.
type chains map[*handshake.Chain][]certificate

func (known chains) of(c *handshake.Chain) []certificate {
	out, ok := known[c]
	if !ok {
		out = list(c.Certificates, toCertificate)
		known[c] = out
	}
	return out
}

// list maps a slice to a non-nil one: the schema has [] where nothing is.
func list[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

func ladderOf(d checks.Diagnosis) []checks.StageState {
	if d.Attempt() == nil && d.Checked != nil {
		return d.Checked
	}
	u := view.Update{Attempts: d.Attempts, Shown: d.Shown}
	return u.Ladder()
}

func toFinding(f checks.Finding) finding {
	return finding{
		ID: f.ID, Stage: f.Stage.String(), Severity: f.Severity.String(), Confidence: f.Confidence.String(),
		Owner: string(f.Owner), Title: f.Title, Explanation: f.Explanation, CouldBe: list(f.CouldBe, same), HowToTell: f.HowToTell,
		Missing: list(f.Missing, same), Evidence: list(f.Evidence, toEvidence),
		RuledOut: list(f.RuledOut, func(r checks.RuledOut) ruledOut {
			return ruledOut{r.Stage.String(), r.Why, list(r.Evidence, toEvidence)}
		}),
		Fix: list(f.Fix, func(s checks.FixStep) checks.FixStep { return s }), Reproduce: list(f.Reproduce, func(c checks.Command) string { return c.Run }),
		ReproduceOn: list(f.Reproduce, func(c checks.Command) string { return string(c.On) }),
		Runbook:     f.Runbook, Attempt: f.Attempt, About: string(f.About),
	}
}

func same(s string) string { return s }

func toEarlier(e checks.Earlier) earlier {
	out := earlier{e.Attempts, e.Failed, map[string]int{}}
	for cause, n := range e.ByCause {
		out.ByCause[cause] = n
	}
	return out
}

func toLastGood(g *checks.LastGood) *lastGood {
	if g == nil {
		return nil
	}
	out := &lastGood{rfc3339(g.Time), g.Time.Text.String(), g.Number, []string{}, []evidence{toEvidence(g.Evidence)}}
	for _, c := range g.Changed {
		out.Changed, out.Evidence = append(out.Changed, c.What), append(out.Evidence, toEvidence(c.Evidence))
	}
	return out
}

func toEvidence(e checks.Evidence) evidence {
	return evidence{e.Source, e.Ref.Line, e.Ref.Packet, rfc3339(e.Time), e.Time.Text.String(), e.Text, e.Says}
}

// rfc3339 is empty unless date and zone are sure: a guessed time reads like a fact.
func rfc3339(w event.When) string {
	if !w.Dated || !w.Zoned || w.Time.IsZero() {
		return ""
	}
	return w.Time.Format(time.RFC3339Nano)
}

func toStage(s checks.StageState) stage {
	return stage{s.Stage.String(), s.Status.String(), s.Basis.String(), s.Object, s.Detail, list(s.Evidence, toEvidence)}
}

func toAttempt(a checks.Attempt) attempt {
	return attempt{a.Node, a.Tenant, a.Ambiguous, a.Kind, stampOf(a.Start), stampOf(a.End), a.Outcome.String(), a.RootCause, a.ClientID, a.User, a.StatusCode}
}

// stampOf is RFC 3339 where that is sure, else the stamp as printed.
func stampOf(w event.When) string {
	if s := rfc3339(w); s != "" {
		return s
	}
	return w.Text.String()
}

func toConnection(c *checks.ConnectionState, end func(netip.AddrPort) string, known chains) connection {
	if end == nil {
		end = netip.AddrPort.String
	}
	return connection{
		Client: end(c.Client), Server: end(c.Server), Ours: c.Ours, State: c.State.String(),
		SynRTT: float64(c.RTT) / float64(time.Millisecond), ClientMSS: c.ClientMSS, ServerMSS: c.ServerMSS,
		Retransmissions: c.Retransmissions, Resets: c.Resets, ZeroWindows: c.ZeroWindows, Packets: c.Packets,
		TLS: toTLS(&c.TLS, known),
	}
}

// toTLS tells what is known of a connection's TLS.
func toTLS(t *handshake.TLS, known chains) tls {
	out := tls{
		Stage: t.Stage.Is().String(), Basis: t.Stage.Basis().String(), Version: checks.TLSVersion(t.Version.Is()), VersionBasis: t.Version.Basis().String(), Cipher: handshake.CipherName(t.Cipher),
		ALPN: []string{}, Resumed: t.Resumed(), ClientAuth: t.Asked, PlainHTTP: t.Plain, Certificates: []certificate{},
		Alerts: list(t.Alerts, func(a handshake.Alert) alert {
			return alert{a.From.String(), a.LevelName(), a.Name(), a.Basis.String()}
		}),
	}
	if h := t.Client; h != nil {
		out.SNI, out.JA3, out.JA4, out.ALPN = h.SNI.String(), h.JA3, h.JA4, list(h.ALPN, redact.Text.String)
	}
	if h := t.Server; h != nil {
		out.JA3S, out.Downgraded = h.JA3S, h.Downgraded
		if !h.ALPN.Empty() {
			out.ALPN = []string{h.ALPN.String()}
		}
	}
	if t.Chain != nil {
		out.Certificates, out.ChainOrdered = known.of(t.Chain), t.Chain.Ordered
	}
	return out
}

func toCertificate(c handshake.Certificate) certificate {
	out := certificate{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), SAN: list(c.SAN, redact.Text.String), Key: c.Key,
		CA: c.CA, SelfSigned: c.SelfSigned, SHA256: c.Hash, Unparsed: c.Unparsed,
	}
	if !c.Unparsed {
		out.NotBefore, out.NotAfter = c.NotBefore.UTC().Format(time.RFC3339), c.NotAfter.UTC().Format(time.RFC3339)
	}
	return out
}

func toSource(s view.SourceStatus) source {
	return source{s.Source.Title.String(), s.Source.Kind.String(), s.Source.Level.String(), s.Lines, s.Packets, s.Skipped, s.Repairs}
}
