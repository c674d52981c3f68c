package redact_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"
)

// The grammar of what names a value. Each rule is a list of what it may be: text in
// which <rule> stands for one of another rule, <P> for a person's password and <S> for a
// machine's secret.
var grammar = map[string][]string{
	"shape": {"<prefix><bound>", "<prefix><bound>", "<prefix><beside>", "<prefix><beside>", "<prefix><piped>", "<prefix><program>", "<prefix><protocol>", "<call>", "<prefix><signin>"},

	"prefix": {"", "", "Jan 13 11:14:46 h app[12]: ", "2026-01-02T03:04:05Z INFO ", "level=info ", "[main] ", "> "},

	// A key, what binds it, and what wraps the value.
	"bound":   {"<key><binder><wrapped>", "<key><binder><wrapped>", `{"<key>":"<P>"}`, `{"a":1,"<key>": "<P>","b":2}`, "<<key>><P></<key>>", `<x <key>="<P>" y="z"/>`, "a=1&<key>=<P>&b=2", `"<key>"=>"<P>"`, "--<key> <P>", "--<key>=<P>"},
	"key":     {"password", "Password", "passwd", "DB_PASSWORD", "newPassword", "client_secret", "clientSecret", "secret", "passphrase", "admin.password", "ssm-client-secret", "userPassword", "Passwort", "senha", "smtp_password", "trustStorePassword", "api.secret"},
	"binder":  {"=", ": ", " = ", ":", " := ", " => ", " -> ", " : ", "\t= "},
	"wrapped": {"<P>", "<P>", `"<P>"`, "'<P>'", `"<S>"`, "<S>", `Some("<P>")`, `new String("<P>")`, `["<P>"]`, `"<P>",`, "`<P>`"},

	// One field names the key, the other holds the value.
	"beside": {
		`{"<names>":"<key>","<holds>":"<P>"}`, `{"<names>": "<key>", "n": 1, "<holds>": "<P>"}`, `{"<holds>":"<P>","<names>":"<key>"}`, `{"op":"replace","path":"/a/<word>","value":"<P>"}`, `{"value":"<P>","path":"/<word>","op":"add"}`,
		`{"k":"<key>","v":"<P>"}`, `<entry <names>="<key>" value="<P>"/>`, `<entry value="<P>" <names>='<key>'/>`, `<entry <names>="<key>"><P></entry>`, `<tag k="<key>" v="<P>"/>`, "{<names>=<key>, <holds2>=<P>}", "[<names>=<key>,<holds2>=<P>]",
		`<names>="<key>" <holds2>="<P>"`, `- {<names>: <key>, <holds2>: "<P>"}`, `- <lines>: <key>⏎  <holds2>: <P>`, `"<lines>": "<key>",⏎"<holds>": "<P>"`, "- op: replace⏎  path: /<word>⏎  value: <P>", `{\"<names>\":\"<key>\",\"<holds>\":\"<P>\"}`,
		`{"<names>":"<key>","<holds>":{"stringValue":"<P>"}}`, `{"<names>":"<key>","before":"<S>","after":"<P>"}`, "<names>=<key> <holds2>=<P>",
	},
	"word":   {"password", "dbPassword", "db-password", "client_secret"},
	"names":  {"name", "key", "id", "field", "attr", "property", "setting", "variable", "parameter", "item", "kind", "slot", "ParameterKey", "header"},
	"lines":  {"name", "key", "id", "property", "variable", "field"},
	"holds":  {"value", "val", "data", "text", "content", "current", "newValue", "ParameterValue", "stringValue"},
	"holds2": {"value", "val", "content"},

	// What is written into a pipe, or into a here-string.
	"piped":  {"<writes> | <reader>", "<writes> | sudo <reader>", "<reader> <<< <quoted>", "<reader> <<<<quoted>"},
	"writes": {"echo <quoted>", "echo -n <quoted>", "printf <quoted>", `printf '%s\n' <quoted>`, `printf "<P>\n"`, "yes <quoted>", `echo -e "<P>\n<P>"`, "(echo <quoted>; echo <quoted>)"},
	"quoted": {"<P>", "'<P>'", `"<P>"`},
	"reader": {"kinit ann@R", "kinit -V ann", "kpasswd ann", "passwd ann", "smbpasswd -s -a ann", "su - ann -c id", "cryptsetup luksOpen /dev/sda x", "realm join -U ann d", "adcli join --stdin-password d"},

	// Programs whose flags and words give it away.
	"program": {
		`net use \\srv\share <quoted> /user:ann`, `net use Z: \\srv\share /user:d\ann <quoted>`, `NET.EXE USE \\10.0.0.1\c$ <P> /u:ann`, "net user ann <quoted> /add", "net user ann <P>", "schtasks /create /tn x /tr y /ru ann /rp <quoted>",
		`reg add HKLM\x /v DefaultPassword /t REG_SZ /d <quoted> /f`, "    DefaultPassword    REG_SZ    <P>", "winrs -r:h -u:ann -p:<P> dir", "PsExec64.exe \\\\h -u ann -p <quoted> cmd", "netdom join h /domain:d /userd:ann /passwordd:<P>",
		"certutil -f -p <quoted> -importpfx a.pfx", "signtool sign /f a.pfx /p <quoted> x.exe", `ConvertTo-SecureString <quoted> -AsPlainText -Force`, `(ConvertTo-SecureString -AsPlainText <quoted> -Force)`, "osql -U sa -P <quoted>", "kadmin -p a/admin -w <quoted>",
		"aws ssm put-parameter --name /x/password --value <quoted> --type SecureString", "curl -sku ann:<P> https://h/", "sshpass -p <quoted> ssh h", "mysql -uroot -p<P> db", "docker login -u a -p <quoted> r", "cmdkey /add:h /user:ann /pass:<P>",
	},

	// What protocols sign in with.
	"protocol": {
		"a001 LOGIN ann <P>", `C: a2 LOGIN "ann" "<P>"`, "AUTH <P>", "AUTH default <P>", `"AUTH" "ann" "<P>"`, "HELLO 3 AUTH ann <P>", "MIGRATE h 6379 k 0 1 AUTH2 ann <P>", "OPER ann <P>", "PRIVMSG NickServ :IDENTIFY <P>", "BIND cn=a,dc=b <P>", "PASS <P>",
		"ACL SETUSER ann on ><P> ~* +@all", "user default on ><P> ~* +@all", "c=biws,r=fyko+d2lbbFgONRv9qkxdawL,p=<S>=", "<auth mechanism='PLAIN'><S>=</auth>", "AUTH PLAIN <S>=", "a1 AUTHENTICATE XOAUTH2 <S>=", "AUTH PLAIN⏎334 ⏎<S>=", "AUTH LOGIN⏎334 VXNlcm5hbWU6⏎YW5u⏎334 UGFzc3dvcmQ6⏎<S>==",
		`Digest username="ann", nonce="x", uri="/", response="<S>"`,
	},

	"call": {`<object>login("ann", "<P>")`, `<object>login(user, "<P>")`, `<object>basicAuth('ann', '<P>')`, `req.SetBasicAuth("ann", "<P>")`, `HTTPBasicAuth('ann','<P>')`, `new NetworkCredential("ann", "<P>")`, `ldap_simple_bind_s(ld, "cn=a", "<P>")`, `l.Bind("cn=a", "<P>")`, `DriverManager.getConnection("jdbc:x", "ann", "<P>")`, `new PDO("mysql:host=h", "ann", "<P>")`},

	"object": {"", "conn.", "imap.", "self.server."},

	// What a sentence says somebody signs in with.
	"signin": {"<verb> ann/<P>", "<verb> ann:<P>", "<verb> ann / <P>", "scp ann:<P>@h:/x", "using ann:<P>@h", "credentials (ann/<P>)"},
	"verb":   {"login with", "login as", "log in as", "connect as", "auth failed for", "authenticated as", "user", "logging in with"},
}

// derive gives one text of a rule.
func derive(r *rand.Rand, rule string) string {
	of := grammar[rule]
	return aRule.ReplaceAllStringFunc(of[r.IntN(len(of))], func(name string) string {
		if _, ok := grammar[name[1:len(name)-1]]; !ok {
			return name
		}
		return derive(r, name[1:len(name)-1])
	})
}

var aRule = regexp.MustCompile(`<[a-z0-9]+>`)

// What the grammar says is named is masked, whatever rules made it.
func TestGrammar(t *testing.T) {
	n := 600
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		n = 20_000
	}
	r := rand.New(rand.NewPCG(19, 20))
	seen := map[string]bool{}
	readable := 0
	for i := range n {
		text := derive(r, "shape")
		if seen[text] {
			continue
		}
		seen[text] = true
		if s := filled(fmt.Sprint(i), text, secretOf(r, 40), passwordOf(r)); s.leaks(t) != "" {
			readable++
			t.Errorf("readable: %s\nas %s", text, once(s.Text))
		}
	}
	t.Logf("%d shapes, %d readable", len(seen), readable)
}
