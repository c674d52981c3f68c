package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"syncscope/capture/redact"
)

const (
	madeID     = "Qw3rTy_-uIoPaSdFgHjKlZxCvBnM0123456789qwertyuiopASDFGHJKLzxcvbn-"
	madeSecret = "k9X_2mVb-7RtQpLs4WnYc1HdEgJf0UaZo5TiKr8Mx3Bv6NqCwDyPhGsFlAeRuJt-"
	madePass   = "Tr0ub4dor &3+x/=é"
)

// What the programs beside the SSM and the Manager print of a sign-in: each
// line's secrets are not readable, and what diagnosis needs still is.
func TestShapes(t *testing.T) {
	enc := url.QueryEscape(madePass)
	basic := base64.StdEncoding.EncodeToString([]byte("svc_lic:" + madePass))
	for _, tt := range []struct{ text, keeps string }{
		{"http-outgoing-0 >> \"Authorization: Basic " + basic + "[\\r][\\n]\"", "http-outgoing-0"},
		{"http-outgoing-0 >> \"grant_type=password&client_id=" + madeID + "&client_secret=" + madeSecret + "&username=svc_lic&password=" + enc + "\"", "username=svc_lic"},
		{"ClientRegistration{registrationId='ssm', clientId='" + madeID + "', clientSecret='" + madeSecret + "', scopes=[]}", "registrationId='ssm'"},
		{"OAuth2Config(clientId=" + madeID + ", clientSecret=" + madeSecret + ", password=" + madePass + ", url=https://ssm:8443)", "url=https://ssm:8443"},
		{"Map {username=svc_lic, password=" + madePass + ", grant_type=password}", "grant_type=password"},
		{`2026/01/02 03:04:05 [error] 7#7: *1 x, request: "POST /t HTTP/1.1", body: {\x22client_secret\x22:\x22` + madeSecret + `\x22}`, "2026/01/02 03:04:05 [error]"},
		{`Parameters: {"grant_type"=>"password", "client_id"=>"` + madeID + `", "client_secret"=>"` + madeSecret + `", "username"=>"svc_lic"}`, `"username"=>"svc_lic"`},
		{`{:client_secret=>"` + madeSecret + `", :user=>"svc_lic"}`, `:user=>"svc_lic"`},
		{`Parameters: {"user"=>{"login"=>"svc_lic", "password"=>"` + madePass + `"}}`, "svc_lic"},
		{`Jan  2 03:04:05 h app[1]: {#012  "client_secret": "` + madeSecret + `",#012  "ok": true#012}`, "ok"},
		{`Jan  2 03:04:05 h app[1]: client_secret: ` + madeSecret + `#012password: ` + enc, "app[1]"},
		{`Jan  2 03:04:05 h app[1]: client_#033[31msecret#033[0m=` + madeSecret, "app[1]"},
		{"> Authorization: Bearer " + madeSecret, "Authorization: Bearer"},
		{"< Set-Cookie: _licengine_session=" + madeSecret + "; path=/; HttpOnly; SameSite=Lax", "SameSite=Lax"},
		{`curl -k -X POST 'https://ssm:8443/t' -H 'Authorization: Basic ` + basic + `' --data-urlencode 'client_secret=` + madeSecret + `' -d 'password=` + enc + `'`, "https://ssm:8443/t"},
		{`  -u 'svc_lic:` + madePass + `' \`, "svc_lic"},
		{`curl --user svc_lic:` + madeSecret + ` --oauth2-bearer ` + madeSecret + ` https://ssm:8443/x`, "https://ssm:8443/x"},
		{`curl -H "X-XSRF-TOKEN: ` + madeSecret + `" -b "JSESSIONID=` + madeSecret + `" https://vm/x`, "https://vm/x"},
		{"    Resumption PSK: " + strings.ToUpper(hex.EncodeToString([]byte(madeSecret))), "Resumption PSK"},
		{"    Session-ID: " + strings.ToUpper(hex.EncodeToString([]byte(madeSecret[:32]))), "Session-ID"},
		{`"headers": [{"name": "Authorization", "value": "Basic ` + basic + `"}, {"name":"Accept","value":"*/*"}]`, `"value":"*/*"`},
		{`"params": [{"name": "client_secret", "value": "` + madeSecret + `"}, {"name": "grant_type", "value": "password"}]`, `"value": "password"`},
		{`{"key": "client_secret", "value": "` + madeSecret + `", "type": "text"}`, `"type": "text"`},
		{`$body = @{ grant_type = 'password'; client_secret = '` + madeSecret + `'; password = '` + madePass + `' }`, "grant_type = 'password'"},
		{`Connect-Thing -ClientId x -ClientSecret ` + madeSecret + ` -Verbose`, "-Verbose"},
		{`requests.post(url, auth=('svc_lic', '` + madePass + `'), data={'client_secret': '` + madeSecret + `'})`, "svc_lic"},
		{`send: b'POST /t HTTP/1.1\r\nAuthorization: Basic ` + basic + `\r\n\r\nclient_secret=` + madeSecret + `'`, "POST /t HTTP/1.1"},
		{`<entry key="client_secret">` + madeSecret + `</entry><user>svc_lic</user>`, "svc_lic"},
		{`<param name="password" value="` + madePass + `"/>`, "param"},
		{`<password><![CDATA[` + madePass + `]]></password>`, "CDATA"},
		{`{"body":"{\"inner\":\"{\\\"client_secret\\\":\\\"` + madeSecret + `\\\"}\"}"}`, "inner"},
		{`{"client\u005fsecret":"` + madeSecret + `"}`, "{"},
		{`GET /x?client%255Fsecret%253D` + madeSecret + `%2526x%253D1 HTTP/1.1`, "HTTP/1.1"},
		{`?a=1&amp;client_secret=` + madeSecret + `&amp;b=2`, "b=2"},
		{"jdbc:postgresql://db/x?user=svc_lic&password=" + enc, "user=svc_lic"},
		{"postgres://svc_lic:" + url.PathEscape(madeSecret) + "@db:5432/x", "@db:5432/x"},
		{"SSM_CLIENT_SECRET=" + madeSecret, "SSM_CLIENT_SECRET"},
		{"export DB_PASSWORD='" + madePass + "'", "export"},
		{"payload " + base64.StdEncoding.EncodeToString([]byte("x=1&client_secret="+madeSecret+"&y=2")), "payload"},
		{"payload " + hex.EncodeToString([]byte("x=1&client_secret="+madeSecret+"&y=2")), "payload"},
		{"client_\x1b[1msec\x1b[0mret=" + madeSecret, "client_"},
		{"c\x00l\x00i\x00e\x00n\x00t\x00_\x00s\x00e\x00c\x00r\x00e\x00t\x00=" + madeSecret, "^@"},
		{"pass\u200bword: " + madeSecret, "pass"},
		{"Client ID: " + madeID + "\nClient Secret: " + madeSecret, "Client Secret: secret#"},
		{"| client_secret | " + madeSecret + " | text |", "| text |"},
		{"client_secret\t" + madeSecret, "client_secret\t"},
		{`data=[('client_secret', '` + madeSecret + `'), ('username', 'svc_lic')]`, "svc_lic"},
		{"[grant_type=password, client_id=" + madeID + ", client_secret=" + madeSecret + "]", "grant_type=password"},
		{"spring.datasource.password=" + madePass, "spring.datasource.password=password#"},
		{"$c = ConvertTo-SecureString '" + madePass + "' -AsPlainText -Force", "-Force"},
		{"sshpass -p " + madeSecret + " ssh h", "ssh h"},
		{"{\n  \"name\": \"client_secret\",\n  \"value\": \"" + madeSecret + "\"\n}", "\"value\""},
		{"client_secret: >-\n  " + madeSecret, ">-"},
		{"client_secret:\n- " + madeSecret, "- secret#"},
		{`<input type="hidden" name="authenticity_token" value="` + madeSecret + `" />`, "hidden"},
		{"RSA 0123456789abcdef " + hex.EncodeToString([]byte(madeSecret[:48])), "RSA 0123456789abcdef"},
		{"a=1&client_secret[]=" + madeSecret + "&b=2", "&b=2"},
		{"client_secret\t=\t" + madeSecret, "client_secret\t=\tsecret#"},
		{`client_secret := "` + madeSecret + `"`, `client_secret := "secret#`},
		{"clientSecret -> " + madeSecret, "clientSecret -> secret#"},
		{"secret_key_base: " + madeSecret, "secret_key_base: secret#"},
		{"SECRET_KEY_BASE=" + madeSecret, "SECRET_KEY_BASE=secret#"},
		{"passwd " + madeSecret, "passwd password#"},
		{"username admin password " + madeSecret, "username admin password password#"},
		{"enable secret 0 " + madeSecret, "enable secret 0 secret#"},
		{"the client secret is " + madeSecret + " here", "the client secret is secret#"},
		{"password for user admin is " + madeSecret, "password for user admin is password#"},
		{"requirepass " + madeSecret, "requirepass password#"},
		{"sshpass -p " + madeSecret, "sshpass -p password#"},
		{"$ sshpass -p '" + madeSecret + "' ssh h", "ssh h"},
		{"Can't verify CSRF token " + madeSecret + " for x", "CSRF token token#"},
		{"Content-Disposition: form-data; name=\"client_secret\"\n\n" + madeSecret + "\n--x", "\n\nsecret#"},
		{"Content-Disposition: form-data; name=\"client_secret\"\r\nContent-Type: text/plain\r\n\r\n" + madeSecret + "\r\n--x", "Content-Type: text/plain"},
		{`body: "--x\r\nContent-Disposition: form-data; name=\"client_secret\"\r\n\r\n` + madeSecret + `\r\n--x--"`, "body: "},
		{"select secret from apps;\n secret\n--------\n " + madeSecret + "\n(1 row)", "(1 row)"},
		{"SERVER_TRAFFIC_SECRET_0 " + strings.Repeat("ab", 32) + " " + hex.EncodeToString([]byte(madeSecret[:32])), strings.Repeat("ab", 32)},
	} {
		c := leakCase{Text: tt.text, Secrets: []string{madeSecret, madePass, enc, url.PathEscape(madePass), basic}}
		out, _ := passed(t, tt.text)
		if at := c.leak(c.grams(), out); at != "" {
			t.Errorf("%s\nreadable: %q", tt.text, at)
		}
		if !strings.Contains(out, tt.keeps) {
			t.Errorf("%q was lost:\n%s\n%s", tt.keeps, tt.text, out)
		}
		if again, _ := passed(t, out); again != out {
			t.Errorf("a second pass changes\n%s\n%s", out, again)
		}
	}
}

// Words beside a key are no values.
func TestProseIsKept(t *testing.T) {
	for _, line := range []string{
		"password policy changed", "Invalid password: too short", "token expired", "Can't verify CSRF token authenticity.", "passwd updated successfully",
		"enable secret 0", "the client secret is wrong for client ssm-onprem-2024-01", "session opened for user admin(uid=0)", "token refresh failed for request 504f06c0d581", "password for user admin is not set",
		"the token of job 504f06c0d5812233 has expired", "Started Session 561 of user admin.", `Content-Disposition: form-data; name="grant_type"` + "\n\npassword-of-2024-01\n--x",
	} {
		if out := once(line); out != line {
			t.Errorf("%s\nbecame %s", line, out)
		}
	}
}

// One value has one token, however it is written.
func TestOneTokenForOneValue(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	want := gate.Field(redact.Password, []byte(madePass)).String()
	enc := url.QueryEscape(madePass)
	for _, line := range []string{
		"x?user=a&password=" + enc, "x?password=" + strings.ReplaceAll(enc, "+", "%20"), "x?password=" + url.QueryEscape(enc),
		`{"password":"` + madePass + `"}`, fmt.Sprintf(`{"password":%q}`, madePass), `{"a":"{\"password\":\"` + madePass + `\"}"}`, "{user=a, password=" + madePass + "}",
		"bare " + madePass + " here", "b64 " + base64.StdEncoding.EncodeToString([]byte(madePass)), "hex " + hex.EncodeToString([]byte(madePass)), "HEX " + strings.ToUpper(hex.EncodeToString([]byte(madePass))),
		"bare " + enc, "bare " + url.QueryEscape(enc), "bare " + strings.ReplaceAll(strings.ReplaceAll(enc, "%2F", "%2f"), "%2B", "%2b"),
	} {
		if out := gate.Line(redact.Wrap([]byte(line))).String(); !strings.Contains(out, want) || strings.Contains(out, want+"~") {
			t.Errorf("%s: %s has not %s", line, out, want)
		}
	}
	for off := range 3 {
		line := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(".", off) + madeSecret + "."))
		gate.Field(redact.ClientSecret, []byte(madeSecret))
		if out := gate.Line(redact.Wrap([]byte(line))).String(); !strings.Contains(out, "secret#") || len(out) > 40 {
			t.Errorf("base64 at %d: %s", off, out)
		}
	}
	if other := gate.Field(redact.Password, []byte(madePass[1:])).String(); other == want {
		t.Error("another value has the same token")
	}
}

// What imitates a token hides nothing that follows it.
func TestImitatedTokensHideNothing(t *testing.T) {
	for _, line := range []string{
		"client_secret=secret#1f3a9c02e1" + madeSecret, "client_id=client#1f3a9c02e1&client_secret=" + madeSecret, "client#1f3a9c02e1 client_secret=" + madeSecret,
		"password=password#1f3a9c02e1 client_secret=" + madeSecret, `{"client_secret":"secret#1f3a9c02e1 ` + madeSecret + `"}`, "Authorization: auth#1f3a9c02e1 " + madeSecret,
		"client_secret=secret#~" + madeSecret,
		"Cookie: JSESSIONID=cookie#1f3a9c02e1; a=" + madeSecret, "client_secret=secret#1f3a9c02e1~" + madeSecret,
	} {
		if out := once(line); strings.Contains(out, madeSecret[10:20]) {
			t.Errorf("%s gives %s", line, out)
		}
	}
	const safe = "client_id=client#1f3a9c02e1 (jF6q…, 64)&client_secret=secret#0123456789&password=password#abcdef0123 (blank at end)"
	if out := once(safe); out != safe {
		t.Errorf("%s became %s", safe, out)
	}
}

// A dump shows a seen value in neither of its columns.
func TestDumpsOfSeenValues(t *testing.T) {
	text := "client_secret=" + madeSecret + "\n" + xxd([]byte("....."+madeSecret+".....")) + "\nend"
	c := leakCase{Text: text, Secrets: []string{madeSecret}}
	out, _ := passed(t, text)
	if at := c.leak(map[string]bool{madeSecret[8:16]: true, madeSecret[20:28]: true, madeSecret[40:48]: true}, out); at != "" {
		t.Errorf("%q in\n%s", at, out)
	}
	ticket := "    TLS session ticket:\n    0000 - 0b 95 7a 8f 34 9f c1 23-2a 14 11 f5 3e 21 9b a1   ..z.4..#*...>!..\n\n    Start Time: 1"
	if out := once(ticket); strings.Contains(out, "95 7a") || strings.Contains(out, "*...>") || !strings.Contains(out, "Start Time: 1") {
		t.Errorf("%s", out)
	}
}

func xxd(b []byte) string {
	var out []string
	for i := 0; i < len(b); i += 16 {
		row := b[i:min(len(b), i+16)]
		var groups strings.Builder
		for j, c := range row {
			fmt.Fprintf(&groups, "%02x", c)
			if j%2 == 1 {
				groups.WriteByte(' ')
			}
		}
		out = append(out, fmt.Sprintf("%08x: %-40s %s", i, groups.String(), row))
	}
	return strings.Join(out, "\n")
}
