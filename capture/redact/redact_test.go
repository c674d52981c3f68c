package redact_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"syncscope/capture/redact"
)

const shared = "../../../shared/cases"

func needCases(t testing.TB) {
	t.Helper()
	if _, err := os.Stat(shared); err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
}

// passed gives text as it is shown after both readings of a file.
func passed(t testing.TB, text string) (shown string, gate *redact.Session) {
	gate = redact.NewWithKey([]byte("test"))
	first, second := gate.Stream(), gate.Stream()
	lines := strings.Split(text, "\n")
	known := &redact.Lines{}
	for i, l := range lines {
		first.Learn(redact.Wrap([]byte(l)), i+1, known)
	}
	var out []string
	for i, l := range lines {
		whole := second.Line(redact.Wrap([]byte(l))).String()
		if !known.Clean(i + 1) {
		} else if short := gate.Known(redact.Wrap([]byte(l))).String(); short != whole {
			t.Errorf("line %d is said to be clean: %q: %q, %q", i+1, l, short, whole)
		}
		out = append(out, whole)
	}
	return strings.Join(out, "\n"), gate
}

func TestHostileStrings(t *testing.T) {
	needCases(t)
	data, err := os.ReadFile(filepath.Join(shared, "hostile-strings.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		name, digits, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		raw, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		harmless(t, name, raw)
	}
}

// harmless: only graphic runes and tabs remain, nothing after a sequence is
// swallowed, and a second pass changes nothing.
func harmless(t testing.TB, name string, raw []byte) {
	t.Helper()
	gate := redact.NewWithKey([]byte("test"))
	out := gate.Line(redact.Wrap(append(raw, "VISIBLE"...))).String()
	for _, r := range out {
		if !unicode.IsPrint(r) && r != '\t' {
			t.Errorf("%s: %U remains", name, r)
		}
	}
	if !strings.Contains(out, "VISIBLE") && !strings.Contains(out, "#") {
		t.Errorf("%s: what follows is hidden: %q", name, out)
	}
	if again := gate.Line(redact.Wrap([]byte(out))).String(); again != out {
		t.Errorf("%s: a second pass changes %q to %q", name, out, again)
	}
}

func TestTokens(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	field := func(k redact.Kind, v string) string { return gate.Field(k, []byte(v)).String() }
	const id = "jF6qAbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefghijklmnopqrstuvwx"
	for _, tt := range []struct {
		name string
		ok   bool
	}{
		{"a client ID shows four characters and its length", strings.HasSuffix(field(redact.ClientID, id), " (jF6q…, 64)")},
		{"a short client ID shows nothing", !strings.Contains(field(redact.ClientID, "short"), "(")},
		{"raw and encoded passwords are one", field(redact.Password, "Cisco+9/x!") == field(redact.Password, "Cisco%2B9%2fx%21")},
		{"one character makes another token", field(redact.Password, "harbour-1") != field(redact.Password, "harbour-2")},
		{"kinds differ", field(redact.Password, id)[8:] != field(redact.ClientSecret, id)[6:]},
		{"a blank at the end is told", strings.HasSuffix(field(redact.ClientSecret, id+" "), "(blank at end)")},
		{"masked by the source has no token", field(redact.Password, "*******") == "*******"},
		{"filtered by the source has no token", field(redact.Password, "[FILTERED]") == "[FILTERED]"},
		{"plain values stay", field(redact.Plain, "svc_lic") == "svc_lic"},
	} {
		if !tt.ok {
			t.Error(tt.name + ": no")
		}
	}
	other := redact.NewWithKey([]byte("another"))
	if other.Field(redact.Password, []byte("harbour-1")).String() == field(redact.Password, "harbour-1") {
		t.Error("two runs give one token")
	}
}

func TestLineAgreesWithField(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	line := gate.Line(redact.Wrap([]byte("POST /oauth/token?grant_type=password&client_id=abcdefghij0123456789&username=svc&password=Lab%205nb%2A HTTP/1.1\" 403 121"))).String()
	want := "POST /oauth/token?grant_type=password&client_id=" + gate.Field(redact.ClientID, []byte("abcdefghij0123456789")).String() +
		"&username=svc&password=" + gate.Field(redact.Password, []byte("Lab 5nb*")).String() + ` HTTP/1.1" 403 121`
	if line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	if again := gate.Line(redact.Wrap([]byte(line))).String(); again != line {
		t.Errorf("a second pass changes it to %s", again)
	}
}

// A value once seen is masked wherever it stands later, cut at a line's end too.
func TestSeenValuesAreMaskedEverywhere(t *testing.T) {
	const secret = "Zq8-wertZUIOPasdfghjkl_yxcvbnm1234567890"
	out, _ := passed(t, "client_secret="+secret+"\nnothing but "+secret+" here\nand the end "+secret[:20]+"\nshort "+secret[:7])
	if strings.Contains(out, secret[:8]) {
		t.Errorf("readable:\n%s", out)
	}
	if !strings.Contains(out, "~") {
		t.Errorf("the cut end has no mark:\n%s", out)
	}
	if !strings.HasSuffix(out, "short "+secret[:7]) {
		t.Errorf("seven characters were touched:\n%s", out)
	}
}

func TestEvidenceIsKept(t *testing.T) {
	for _, line := range []string{
		`Jan 13 11:17:01 SSM-On-Prem 0f: method=POST path=/oauth/token controller=Doorkeeper::OauthTokensController action=create status=403 duration=17.6`,
		`24-Nov-2026 17:29:02,780 IST INFO [um8_vManage] [AbstractSettingsManager] (default task-24) |default| Found smart licensing mode is onprem`,
		`12:15:06.407 IP 192.168.10.1.57886 > 10.106.66.55.8443: Flags [S], seq 1, win 64240, options [mss 1460], length 0`,
		"{\"error\":\"invalid_client\",\"error_message\":\"Grant not found. Ensure that the given grant details are correct.\"}",
		"한국어와 العربية stay readable\tbehind a tab",
	} {
		if got := redact.New().Line(redact.Wrap([]byte(line))).String(); got != line {
			t.Errorf("got  %s\nwant %s", got, line)
		}
	}
}

func TestRawShowsNothing(t *testing.T) {
	r := redact.Wrap([]byte("sensitive"))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "raw", r)
	doc, err := json.Marshal(map[string]any{"raw": r})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %s %q %x %X %d %+v %#v", r, r, r, r, r, r, r, r) + log.String() + string(doc) + fmt.Sprint(fmt.Errorf("e: %v", r))
	for _, bad := range []string{"sensitive", hex.EncodeToString([]byte("sensitive")), "115 101"} {
		if strings.Contains(all, bad) {
			t.Errorf("%q is in %s", bad, all)
		}
	}
}

func TestCounts(t *testing.T) {
	_, gate := passed(t, "client_id=abcdefgh12345678&client_secret=abcdefgh87654321\npassword=ab%20cdef")
	got := gate.Counts()
	if got[redact.ClientID] != 1 || got[redact.ClientSecret] != 1 || got[redact.Password] != 1 {
		t.Errorf("%v", got)
	}
}

func FuzzLine(f *testing.F) {
	f.Add([]byte("client_secret=abc&password=%2A%2A \x1b]0;x\x07"))
	f.Add([]byte("{client_id=x, client_secret=\"y\\\"z\"}"))
	f.Add([]byte("-----BEGIN RSA PRIVATE KEY-----MIIE"))
	f.Add([]byte("Authorization: Basic Zm9vOmJhcg=="))
	f.Fuzz(func(t *testing.T, b []byte) {
		gate := redact.NewWithKey([]byte("fuzz"))
		out := gate.Line(redact.Wrap(b)).String()
		for _, r := range out {
			if !unicode.IsPrint(r) && r != '\t' {
				t.Fatalf("%U remains of %q", r, b)
			}
		}
	})
}

func BenchmarkCleanLine(b *testing.B) {
	line := []byte(`Jan 13 11:14:46 SSM-On-Prem systemd: Started Session 561 of user admin, nothing else to be told of this line here.`)
	bench(b, line)
}

func BenchmarkSecretLine(b *testing.B) {
	bench(b, []byte(`"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789&username=svc&password=Cisco%2B12 HTTP/1.1" 403 121`))
}

func bench(b *testing.B, line []byte) {
	gate := redact.New()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		gate.Line(redact.Wrap(line))
	}
}
