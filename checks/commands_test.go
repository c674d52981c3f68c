package checks_test

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"syncscope/assets"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/rule"
)

// notRun are the commands that this test cannot run, and why they print no
// secret. A command that is neither run nor begins like one of these fails.
var notRun = map[string]string{
	"show version":                       "the Manager's own command line: a release",
	"show system status":                 "the Manager's own command line: load, memory, disk, mode",
	"show interface description":         "the Manager's own command line: names and states of interfaces",
	"show running-config vpn 0 dns":      "the Manager's own command line, which has no pipe to a program: one section, the resolvers",
	"show running-config vpn 0 ip route": "the Manager's own command line, which has no pipe to a program: one section, the routes",
	"request nms all status":             "the Manager's own command line: states of its services",
	"request nms application-server":     "the Manager's own command line: it says what it did",
	"nslookup ":                          "names and addresses",
	"ping ":                              "times and addresses",
	"traceroute ":                        "times and addresses",
	"ip route get ":                      "a route",
	"ip neigh":                           "addresses",
	"tcpdump vpn 0 interface ":           "the Manager's own command line, 128 bytes of a packet: on port 8443 there is no text, and on the ports on which tcpdump prints text a request ends within its path or the first signs of its client ID",
	"sudo tcpdump -ni any ":              "no port on which tcpdump prints text",
	"sudo docker ps":                     "names and states, the commands cut at 20 characters",
	"sudo ss -ltn":                       "ports and names of programs",
	"df -":                               "sizes of disks",
	"free -":                             "sizes of memory",
	"date -u":                            "the time",
	"chronyc tracking":                   "the time and its source",
}

// programs begin the commands that people are told to type.
var programs = regexp.MustCompile(`^(sudo|grep|zgrep|tail|head|cat|less|awk|sed|journalctl|docker|curl|wget|openssl|show|request|nslookup|dig|ping|traceroute|ip|tcpdump|ss|df|free|date|chronyc|ps|env|ssh|scp) [^ ]`)

// codeSpans are a page's code: spans, and blocks that are indented.
func codeSpans(page string) (out []string) {
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(page, -1) {
		out = append(out, strings.Join(strings.Fields(m[1]), " "))
	}
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "    ") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

// toldCommands are all commands that we tell people to type, each with a place
// that tells it.
func toldCommands(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	pages, err := fs.Glob(assets.FS, "runbooks/*/*.md")
	if err != nil || len(pages) < 50 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, name := range pages {
		page, err := fs.ReadFile(assets.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range codeSpans(string(page)) {
			if programs.MatchString(c) && !strings.Contains(c, "…") && !slices.Contains([]string{"openssl s_client", "docker logs"}, c) {
				out[c] = name
			}
		}
	}
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		for _, c := range typedIn(r.Reproduce) {
			if !programs.MatchString(c) {
				t.Errorf("%s: %q is no command that is known here", r.ID, c)
			}
			out[c] = r.ID
		}
	}
	return out
}

// No command that we tell people to type prints a secret, and none has one typed
// on its own line, where the shell's history and the list of processes keep it.
// Every text of a rule counts, and the README.
func TestToldCommandsAreMasked(t *testing.T) {
	typed := regexp.MustCompile(`(?i)(secret|password|passwd|token|authorization)["']?(=|: )["']?[<A-Z{]|(^| )(-u|--user) ?[^ ]*:|sshpass|(^| )-pw? ?<`)
	told := toldCommands(t)
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	own, rest, ok := strings.Cut(string(readme), "<!-- /commands -->") // the closed list: its output passes the gate
	own, _, ok2 := strings.Cut(own, "a test compares them -->\n| where |")
	if !ok || !ok2 {
		t.Fatal("README.md has no table of commands")
	}
	for _, c := range codeSpans(own + rest) {
		told[c] = "README.md"
	}
	for c, place := range told {
		if why := checks.PrintsSecrets(c); why != "" {
			t.Errorf("%s: %q: %s", place, c, why)
		}
		if typed.MatchString(c) {
			t.Errorf("%s: %q has a secret typed on its line (read -s, or a file)", place, c)
		}
	}
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(rules)
	if err != nil {
		t.Fatal(err)
	}
	var texts any
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	for _, text := range allStrings(texts) {
		if why := checks.PrintsSecrets(text); why != "" {
			t.Errorf("a rule says %q: %s", text, why)
		}
	}
}

// typedIn are a rule's commands, whatever their conditions.
func typedIn(list []rule.Command) (out []string) {
	for _, c := range list {
		out = append(out, c.Run)
	}
	return out
}

// runs are commands as they are typed.
func runs(list []checks.Command) (out []string) {
	for _, c := range list {
		out = append(out, c.Run)
	}
	return out
}

func allStrings(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			out = append(out, allStrings(e)...)
		}
	case map[string]any:
		for _, e := range v {
			out = append(out, allStrings(e)...)
		}
	}
	return out
}

// A rule of one's own whose command prints secrets is refused.
func TestARuleThatPrintsSecretsIsRefused(t *testing.T) {
	for c, masked := range map[string]string{
		"sudo grep 'oauth/token' /var/log/messages": "sudo grep 'oauth/token' /var/log/messages | mask", "journalctl -u nginx": "journalctl -u nginx | mask",
		"openssl s_client -connect {peer}:8443": "openssl s_client -connect {peer}:8443 | openssl x509 -noout -dates", "curl -v https://{peer}/": "curl -sk -o /dev/null -w '%{http_code}' https://{peer}/",
		"curl -v -o /dev/null https://{peer}/": "curl -v -o /dev/null https://{peer}/ 2>&1 | mask",
	} {
		for command, refused := range map[string]bool{c: true, masked: false} {
			pack := fstest.MapFS{"own.yaml": {Data: fmt.Appendf(nil, "- id: own\n  stage: auth\n  severity: warning\n  owner: ssm-admin\n  title: Own\n  evidence:\n    - {says: x, weight: weak, match: {message: \"*x*\"}}\n  reproduce: [%q]\n", command)}}
			if _, err := diagnose.LoadRules(pack); (err != nil) != refused {
				t.Errorf("%q: %v", command, err)
			}
		}
	}
}

// collected is the logs of all cases in one folder, also with their sign-ins in
// the forms in which other programs write them, and the secrets in them.
func collected(t *testing.T) (dir string, parts secretParts) {
	var secrets []string
	t.Helper()
	truths, _ := filepath.Glob("../../shared/cases*/*/truth.json") // the pattern is well formed
	if len(truths) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	dir = t.TempDir()
	digits, seen := regexp.MustCompile(`[0-9]+`), map[string]bool{}
	logs := map[string]*strings.Builder{"messages": {}, "vmanage-server.log": {}}
	for _, path := range truths {
		var truth struct {
			Secrets []string `json:"secrets"`
		}
		data, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(data, &truth)
		}
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, truth.Secrets...)
		for name, log := range logs {
			text, _ := os.ReadFile(filepath.Join(filepath.Dir(path), name)) // some cases have one of the two
			for line := range strings.Lines(string(text)) {
				shape := digits.ReplaceAllString(signIn.ReplaceAllString(line, ""), "0")
				if seen[shape] { // its like is there, but for the secrets
					log.WriteString(signIn.FindString(line) + "\n")
					continue
				}
				seen[shape] = true
				for _, form := range signIns(line) {
					log.WriteString(strings.TrimRight(form, "\n") + "\n")
				}
			}
		}
	}
	for name, log := range logs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(log.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, partsOf(append(secrets, cookie, token)...)
}

var signIn = regexp.MustCompile(`client_id=([^&"\s]+)&client_secret=([^&"\s]+)&username=([^&"\s]+)&password=([^&"\s]+)`)

// signIns are a line as it is, and where it holds a sign-in, in other forms.
func signIns(line string) []string {
	out := []string{line}
	if !signIn.MatchString(line) {
		return out
	}
	for _, form := range []string{
		`{"client_id":"$1","client_secret":"$2","username":"$3","password":"$4"}`, `{"client_id": "$1", "client_secret": "$2 $2", "password": "$4 $4"}`,
		`"{\"client_id\":\"$1\",\"client_secret\":\"$2 $2\",\"password\":\"$4\"}"`, `{"client_id"=>"$1", "client_secret"=>"$2", "password"=>"$4"}`,
		`\x22client_id\x22:\x22$1\x22,\x22client_secret\x22:\x22$2\x22,\x22password\x22:\x22$4 $4\x22`,
		`client_id%3D$1%26client_secret%3D$2%26password%3D$4`, `client_id%253D$1%2526client_secret%253D$2%2526password%253D$4`,
		`client_id: $1 client_secret: $2 password = $4`, `access_token=$2 refresh_token: $4 a Bearer $2`, `http://$3:$4@proxy:3128/`,
	} {
		out = append(out, signIn.ReplaceAllString(line, form))
	}
	for _, header := range []string{" Authorization: Bearer $2", ` Authorization: Digest username="$3", response="$2"`, " Set-Cookie: session=$2; other=$4", ` "Cookie": "session=$2; other=$4"`} {
		secret := signIn.ReplaceAllString(signIn.FindString(line), header)
		out = append(out, signIn.ReplaceAllString(strings.TrimRight(line, "\n"), "x")+secret)
	}
	return out
}

// secretParts are 8 characters in a row of each secret, or all of a shorter one.
// The first four of an ID may be seen.
type secretParts struct {
	parts   map[string]bool
	lengths [9]bool
}

func partsOf(secrets ...string) secretParts {
	p := secretParts{parts: map[string]bool{}}
	for _, s := range secrets {
		for i := range max(len(s)-7, 1) {
			p.parts[s[i:min(i+8, len(s))]] = true
		}
		p.lengths[min(8, len(s))] = true
	}
	return p
}

// in is the first part that a text has, and what stands in front of it.
func (p secretParts) in(text string) string {
	for n := 6; n <= 8; n++ {
		for i := 0; i+n <= len(text) && p.lengths[n]; i++ {
			if p.parts[text[i:i+n]] {
				return text[max(0, i-60) : i+n]
			}
		}
	}
	return ""
}

// places are what stands for hosts, ports and files in our commands.
type places struct{ logs, secure, plain string }

func (p places) in(command string) string {
	for _, r := range [][2]string{
		{"/var/log/messages", p.logs + "/messages"}, {"/var/log/nms/vmanage-appserver.log", p.logs + "/vmanage-server.log"}, {"/var/log/nms/vmanage-server.log", "vmanage-server.log"},
		{"vmanage-server.log", p.logs + "/vmanage-server.log"}, {p.logs + "/" + p.logs, p.logs},
		{"{peer}:8443", p.at(command)}, {"<ssm>:8443", p.at(command)}, {"SSM:8443", p.at(command)}, {"<ssm>:<port>", p.at(command)}, {"<address>:8443", p.at(command)},
		{"{proxy}", p.plain}, {"<proxy>:<port>", p.plain}, {"PROXY:PORT", p.plain}, {"docker logs --tail 50 <name>", "tail -n 500 " + p.logs + "/messages"}, {"<name>", "localhost"}, {"sudo ", ""},
	} {
		command = strings.ReplaceAll(command, r[0], r[1])
	}
	return command
}

func (p places) at(command string) string {
	if strings.Contains(command, " http://{peer}") || strings.Contains(command, " http://<ssm>") {
		return p.plain
	}
	return p.secure
}

func shell(t *testing.T, script string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Env = append(os.Environ(), "no_proxy=*", "LC_ALL=C")
	cmd.WaitDelay = time.Second
	out, _ := cmd.CombinedOutput() // grep that finds nothing, and a proxy that refuses, end with an error
	return string(out)
}

// What the server of these tests hands out.
const (
	cookie = "Zebra9Quartz77x-cookie"
	token  = "Zebra9Quartz77x.token"
)

// generous hands out a cookie and tokens, whatever it is asked.
func generous(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Set-Cookie", "_session_id="+cookie+"; path=/")
	w.Header().Set("X-Auth-Token", token)
	if r.Method == http.MethodConnect {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}
	fmt.Fprintf(w, "{\"access_token\":%q,\n \"refresh_token\": %q}\n", token, token)
}

// served is the address of a server; what it complains about is left out.
func served(t *testing.T, start func(*httptest.Server)) string {
	s := httptest.NewUnstartedServer(http.HandlerFunc(generous))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	start(s)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// Every command that we tell people to type is run on the logs of all cases or
// on a server that hands out cookies and tokens, or stands in notRun. It prints
// no secret, and still every line that it is for.
func TestToldCommandsPrintNoSecret(t *testing.T) {
	for _, program := range []string{"bash", "sed", "grep", "curl", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	logs, secrets := collected(t)
	at := places{logs, served(t, (*httptest.Server).StartTLS), served(t, (*httptest.Server).Start)}
	because := slices.Sorted(maps.Keys(notRun))
	used, ran := map[string]bool{}, map[string]int{}
	for command, place := range toldCommands(t) {
		if i := slices.IndexFunc(because, func(k string) bool { return strings.HasPrefix(command, k) }); i >= 0 {
			used[because[i]] = true
			continue
		}
		line := at.in(command)
		if why := printed(t, line, logs, secrets); why != "" {
			t.Errorf("%s: %q %s", place, command, why)
		}
		name, _, _ := strings.Cut(line, " ")
		ran[name]++
	}
	for _, k := range because {
		if !used[k] {
			t.Errorf("notRun has %q, which nobody is told to type", k)
		}
	}
	if ran["grep"] < 50 || ran["curl"] < 5 || ran["openssl"] < 5 {
		t.Errorf("commands that were run: %v", ran)
	}
	t.Log(ran)
}

var sessionKey = regexp.MustCompile(`(?:Master-Key|Resumption PSK): ([0-9A-F]+)`)

// printed says what is wrong with what a command prints.
func printed(t *testing.T, line, logs string, secrets secretParts) string {
	bare := strings.ReplaceAll(line, " | mask", "")
	masked, open := shell(t, checks.MaskCommand+"\n"+line), shell(t, bare)
	if part := secrets.in(masked); part != "" || sessionKey.MatchString(masked) {
		return fmt.Sprintf("prints a secret, %q", part)
	}
	if strings.Contains(masked, "command not found") || masked == "" && open != "" {
		return fmt.Sprintf("prints nothing of\n%.300s", open)
	}
	if !strings.Contains(line, logs) {
		return ""
	}
	if got, want := strings.Count(masked, "\n"), strings.Count(open, "\n"); got != want {
		return fmt.Sprintf("prints %d lines of %d", got, want)
	}
	find, _, _ := strings.Cut(bare, " "+logs)
	if !strings.HasPrefix(find, "grep ") || strings.Contains(find, " -oE ") || masked == "" {
		return ""
	}
	file := filepath.Join(t.TempDir(), "masked")
	if err := os.WriteFile(file, []byte(masked), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := shell(t, find+" "+file); strings.Count(again, "\n") != strings.Count(masked, "\n") {
		return "no longer shows what it looks for"
	}
	return ""
}

// The commands of a report are whole: typed one after the other, they find the
// line of their cause in the logs and print no secret. Without the first of
// them the others print nothing.
func TestAReportsCommandsAreWhole(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not installed")
	}
	logs, secrets := collected(t)
	notFound := "Code: 403 Message: {\"error\":\"invalid_client\",\"error_description\":\"Grant not found.\"}"
	d := diagnosisOf(t, manager("11:17", "svc", notFound), ssm("11:17", "svc", 403, 121))
	if d.RootCause == nil || len(d.RootCause.Reproduce) < 2 {
		t.Fatalf("%+v", d.RootCause)
	}
	for _, lang := range []string{"en", "ko", "ar"} {
		page, ok := checks.Runbook(lang, d.RootCause.Runbook)
		if lines := "\n    " + strings.ReplaceAll(checks.MaskCommand, "\n", "\n    ") + "\n"; !ok || !strings.HasSuffix(page, lines) {
			t.Errorf("the page in %s does not define mask", lang)
		}
	}
	commands := places{logs, "", ""}.in(strings.Join(runs(d.RootCause.Reproduce), "\n"))
	if out := shell(t, commands); secrets.in(out) != "" || !strings.Contains(out, "\" 403 121 ") {
		t.Errorf("%.300s prints %q, or not its line", commands, secrets.in(out))
	}
	rest := places{logs, "", ""}.in(strings.Join(runs(d.RootCause.Reproduce[1:]), " 2>/dev/null\n"))
	if out := shell(t, rest+" 2>/dev/null"); out != "" {
		t.Errorf("without mask: %.200s", out)
	}
}

// Each command says where it is typed, and each shell defines mask before it needs it.
func TestEachCommandSaysWhere(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		for _, c := range r.Reproduce {
			if !slices.Contains(checks.Shells(), c.On) {
				t.Errorf("%s: %q is typed in %q", r.ID, c.Run, c.On)
			}
		}
	}
	masked := checks.Masked([]checks.Command{{On: checks.ShellSSM, Run: "a | mask"}, {On: checks.ShellSSM, Run: "b | mask"}, {On: checks.ShellCLI, Run: "show version"}, {On: checks.ShellManager, Run: "c | mask"}})
	want := []checks.Command{
		{On: checks.ShellSSM, Run: checks.MaskCommand},
		{On: checks.ShellSSM, Run: "a | mask"},
		{On: checks.ShellSSM, Run: "b | mask"},
		{On: checks.ShellCLI, Run: "show version"},
		{On: checks.ShellManager, Run: checks.MaskCommand},
		{On: checks.ShellManager, Run: "c | mask"},
	}
	if !slices.Equal(masked, want) {
		t.Errorf("%+v", masked)
	}
	own := "- id: own\n  stage: auth\n  severity: warning\n  owner: ssm-admin\n  title: Own\n  evidence:\n    - {says: x, weight: weak, match: {message: \"*x*\"}}\n  reproduce: %s\n"
	for list, refused := range map[string]bool{`["df -h"]`: false, `[{run: "df -h", on: ssm-shell}]`: false, `[{run: "df -h", on: laptop}]`: true} {
		if _, err := diagnose.LoadRules(fstest.MapFS{"own.yaml": {Data: fmt.Appendf(nil, own, list)}}); (err != nil) != refused {
			t.Errorf("%s: %v", list, err)
		}
	}
}

// A document that a text refers to has its title there: "the guide says" sends nobody
// anywhere. Every text that people read counts, in each language.
func TestReferencesNameTheirSource(t *testing.T) {
	titled := regexp.MustCompile(`\p{Lu}\w+ (?:\p{Lu}\w+ )*Guide`)
	unnamed := regexp.MustCompile(`(?i)\bguides?\b|\bhandbook\b|\bmanuals?\b|\bdocumentation\b|안내서|설명서|매뉴얼|دليل`)
	seen := 0
	look := func(place, text string) {
		seen++
		if found := unnamed.FindString(titled.ReplaceAllString(text, "")); found != "" {
			t.Errorf("%s: %q names no document", place, found)
		}
	}
	for _, pattern := range []string{"runbooks/*/*.md", "ask/*.json"} {
		names, err := fs.Glob(assets.FS, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(assets.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			look(name, string(data))
		}
	}
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		look("the rule "+r.ID, fmt.Sprint(r))
	}
	if seen < 150 {
		t.Errorf("only %d texts were read", seen)
	}
}
