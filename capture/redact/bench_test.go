package redact_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"syncscope/capture/redact"
)

// stream passes lines through the gate as a file's second reading does.
func stream(b *testing.B, lines ...string) {
	var raw [][]byte
	n := 0
	for _, l := range lines {
		raw, n = append(raw, []byte(l)), n+len(l)+1
	}
	gate := redact.New()
	gate.Line(redact.Wrap([]byte("client_secret=pOI_w7cMU-G-QMpEZXgBbf6IYFLL7N9iT0sqYHRXz_YM&password=Winter+2024x"))) // something to look for
	st := gate.Stream()
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range raw {
			st.Line(redact.Wrap(l))
		}
	}
}

func BenchmarkClean(b *testing.B) {
	stream(b,
		`Jan 13 11:14:46 SSM-On-Prem systemd: Started Session 561 of user admin, nothing else to be told of this line here.`,
		`Jan 13 11:17:01 SSM-On-Prem 504f06c0d581: method=POST path=/oauth/token format=*/* controller=Doorkeeper::TokensController action=create status=403 duration=17.60 view=0.31 db=4.05`,
		`24-Nov-2026 17:29:02,780 IST INFO [um8_vManage] [AbstractSettingsManager] (default task-24) |default| Found smart licensing mode is onprem`,
		`    10.106.66.55.8443 > 192.168.10.1.57886: Flags [S.], cksum 0x6d1e (correct), seq 2034163416, ack 1829372871, win 28960, options [mss 1380,sackOK,TS val 1 ecr 2,nop,wscale 7], length 0`)
}

func BenchmarkSecrets(b *testing.B) {
	const q = "grant_type=password&client_id=-yBnGJ0SDvLk5q7Y108Ct0qsG7O5CcpuD__3NOUUDzGGTM_AY4gTkrkr5TmaSPXl&client_secret=pOI_w7cMU-G-QMpEZXgBbf6IYFLL7N9iT0sqYHRXz_YM-Vhy5kSwvVs811hDukn9&username=svc_lic1&password=Blueberry%2347"
	stream(b,
		`13-Jan-2023 17:29:02,781 IST INFO [um8_vManage] [SmartLicensingUtil] (default task-24) |default| intializing client Map {clientUrl=172.20.85.137, client_secret=pOI_w7cMU-G-QMpEZXgBbf6IYFLL7N9iT0sqYHRXz_YM-Vhy5kSwvVs811hDukn9, client_id=-yBnGJ0SDvLk5q7Y108Ct0qsG7O5CcpuD__3NOUUDzGGTM_AY4gTkrkr5TmaSPXl}`,
		`Jan 13 11:17:01 SSM-On-Prem 504f06c0d581: 10.66.76.85 - - [13/Jan/2023:11:17:01 +0000] "POST /backend/oauth/token?`+q+` HTTP/1.1" 403 121 "-" "Apache-HttpClient/4.5.11 (Java/11.0.7)" "-"`,
		`13-Jan-2023 17:29:02,798 IST INFO [um8_vManage] [SmartLicensingUtil] (default task-24) |default| URL backend/oauth/token?`+q)
}

// hostile are lines on which a careless search takes for ever.
var hostile = map[string]string{
	"keys": "client_secret=", "quotes": `"client_secret":"`, "jwt": "eyJ", "urls": "://", "users": "://a:b", "percent": "%25", "deep": "%252525", "pem": "-----BEGIN ", "key": "PRIVATE KEY-----",
	"basic": "Basic ", "escapes": `\u005c`, "slashes": `\`, "entity": "&amp;", "equals": "=", "underscores": "_", "dashes": "-", "hex": "ab", "base64": "YWJj", "tags": "<a>", "cookie": "Cookie: ", "pairs": "Cookie: a=b;",
	"names": `"name":"password",`, "random": "CLIENT_RANDOM ", "tokens": "client#1f3a9c02e1", "spaces": " ", "colours": "\x1b[31m", "marks": "a\u0301", "map": ", password=", "flag": " --password", "nul": "\x00", "token": "password#", "readers": "passwd", "named users": "user=", "codes": "code:", "texts": "-AsPlainText:", "hashes": ".$1", "tails": "{client#1f3a9c02e1", "gaps": "password--", "statements": "key 7 Abc123def456 ", "swords": "password ", "placeholders": "password=@a ", "questions": "password=? ", "arguments": "\"--password\" ", "answers": ") = ", "quoted keys": "secret '",
}

func BenchmarkHostile(b *testing.B) {
	for name, s := range hostile {
		b.Run(name, func(b *testing.B) {
			line := []byte(strings.Repeat(s, 1<<20/len(s)))
			gate := redact.New()
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				gate.Line(redact.Wrap(line))
			}
		})
	}
}

// A megabyte of repeats costs about sixteen times what a sixteenth of it does:
// were it the square, it would be 256 times as much.
func TestHostileLinesAreLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes time")
	}
	for name, s := range hostile {
		cost := func(n int) (best time.Duration) {
			line := bytes.Repeat([]byte(s), n/len(s))
			for i := range 3 {
				gate := redact.NewWithKey([]byte("test"))
				start := time.Now()
				gate.Line(redact.Wrap(line))
				if took := time.Since(start); i == 0 || took < best {
					best = took
				}
			}
			return best
		}
		if small, big := cost(1<<16), cost(1<<20); big > 100*small && big > time.Second {
			t.Errorf("%s: %v, and %v for sixteen times as much", name, small, big)
		}
	}
}
