package cmdline

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// Each of these gives its password away, and nothing else.
func TestFlag(t *testing.T) {
	for _, line := range []string{
		"curl -sku ann:<P> https://ssm/x", "curl -kuann:<P> https://x", "curl -sSku 'ann:<P>' https://x", "/usr/bin/curl -su ann:<P>", "sudo curl -ku ann:<P> https://x",
		"admin : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/curl -ku ann:<P> https://x", `type=EXECVE argc=3 a0="curl" a1="-sku" a2="ann:<P>"`, `["curl","-ku","ann:<P>"]`,
		"sshpass -p<P> ssh h", "sshpass -p'<P>' ssh h", "sshpass -p <P> ssh h", "mysql -u root -p<P> db", "ldapsearch -x -D cn=x -w <P> -b dc=x", "ldapsearch -x -w '<P>'", "http -a ann:<P> POST /x",
		"redis-cli -a <P> ping", "smbclient //h/s -U ann%<P>", "zip -rP <P> a.zip b", "ipmitool -H h -U admin -P <P> chassis", "snmpwalk -v2c -c <P> h", "ssh-keygen -q -N <P> -f k", "lftp -u ann,<P> h",
		"htpasswd -b /etc/x ann <P>", "docker login -u ann -p <P> r", "echo <P> | sudo -S id", "printf '%s\\n' '<P>' | sudo -S id", "sudo -S id <<< '<P>'", "echo '<P>' | passwd --stdin ann", "echo <P> | docker login -u ann --password-stdin",
	} {
		got := flags([]byte(strings.ReplaceAll(line, "<P>", "Velvet7Qz9Kp")))
		if !slices.Equal(got, []string{"Velvet7Qz9Kp"}) {
			t.Errorf("%s: %q", line, got)
		}
	}
	for _, line := range []string{
		"ls -la /root", "mysql -p db", "curl -sk https://x", "grep -p x y", "tar -c -f a.tar b", "sort -u file:1", "Jan 13 h sshd[1]: Accepted -p x", "sudo -u root id", "echo x | sudo -n id", "docker run -it --rm x", "docker run -p 8443:8443 x", "iptables -t nat -A DOCKER -p tcp -d 0/0", "redis-cli -p 6379 ping", "htpasswd -c f",
	} {
		if got := flags([]byte(line)); len(got) > 0 {
			t.Errorf("%s: %q", line, got)
		}
	}
	if got := Stdin([]byte("echo 'ann:Velvet7Qz9Kp' | sudo chpasswd"), 39); len(got) != 1 || got[0].Pair != ':' {
		t.Errorf("%v", got)
	}
}

func flags(b []byte) (out []string) {
	for i := 1; i < len(b); i++ {
		if b[i] == '-' && (b[i-1] == ' ' || b[i-1] == '"' || b[i-1] == '\'') {
			for _, s := range Flag(b, i) {
				v := b[s.Start:s.End]
				if s.Pair != 0 {
					_, v, _ = bytes.Cut(v, []byte{s.Pair})
				}
				out = append(out, string(v))
			}
		}
	}
	return out
}

// readers are all that look for secrets from a place in a line.
var readers = map[string]func(b []byte, i int) []Secret{"Flag": Flag, "Stdin": Stdin, "Pipe": Pipe, "Verb": Verb, "Call": Call, "Placed": Placed, "Account": Account}

// inBounds holds that what a reader finds stands in the line, one behind the other, and
// that a name that must be a key is one that the line has.
func inBounds(t *testing.T, b []byte, i int) {
	t.Helper()
	for name, reader := range readers {
		found := reader(b, i)
		slices.SortFunc(found, func(a, b Secret) int { return a.Start - b.Start })
		for n, s := range found {
			if s.Start < 0 || s.End > len(b) || s.Start > s.End || s.Name != "" && !bytes.Contains(b, []byte(s.Name)) {
				t.Fatalf("%s of %q at %d: %+v", name, b, i, s)
			}
			if n > 0 && s.Start < found[n-1].End {
				t.Fatalf("%s of %q at %d finds one within the other: %+v", name, b, i, found)
			}
			if s.Hex && !isHex(b[s.Start:s.End]) {
				t.Fatalf("%s of %q at %d: %+v is no hex", name, b, i, s)
			}
		}
	}
}

// seeds are lines each of which some reader takes a secret from, or nearly does.
var seeds = []string{
	"curl -sku ann:x", `type=EXECVE argc=3 a0="curl" a1="-sku" a2="ann:Velvet7Qz9Kp"`, `type=EXECVE a0="sshpass" a1="-p" a2=56656C766574375179`, `["curl","-ku","ann:Velvet7Qz9Kp"]`,
	"echo Velvet7Qz9Kp | kinit ann", "kinit ann <<< 'Velvet7Qz9Kp'", "printf 'Velvet7Qz9Kp\\nVelvet7Qz9Kp\\n' | sudo passwd ann", "(echo a7; echo 'b8') | smbpasswd -s ann", "echo 'ann:Velvet7Qz9Kp' | sudo chpasswd", "chpasswd <<<'ann:x7'", "x|y||z|<<<<<<a", "echo a | sudo -S id <<< b",
	`a1 LOGIN ann Velvet7Qz9Kp`, `a1 LOGIN "ann" "Velvet7Qz9Kp"`, "HELLO 3 AUTH ann Velvet7Qz9Kp", "MIGRATE h 1 k 0 1 AUTH2 ann Velvet7Qz9Kp KEYS a", "PASS :Velvet7\\", `"AUTH" "Velvet7Qz9Kp"`,
	`conn.login("ann", "Velvet7Qz9Kp")`, `basicAuth('ann','Velvet7Qz9Kp')`, `new PDO("mysql:host=h", user, "Velvet7Qz9Kp")`, "EXEC sp_addlogin 'ann', 'Velvet7Qz9Kp'", `login(login("a","b7"),"c8")`, `login(,,"'`,
	"vault login Velvet7Qz9Kp", "cargo login --registry x Velvet7Qz9Kp", "htpasswd -b /etc/x ann Velvet7Qz9Kp", `net use \\\\srv\\share Velvet7Qz9Kp /user:ann`, "net user ann Velvet7Qz9Kp /add", "net user", `reg add HKLM\\x /v DefaultPassword /d Velvet7Qz9Kp`, "tool /u ann /p Velvet7Qz9Kp", "-u -p -p", "$'a' $'", "a1= a22=", "\"'\"'",
}

// TestSeeds holds what FuzzFlag does, at each place of its seeds.
func TestSeeds(t *testing.T) {
	found := map[string]bool{}
	for _, s := range seeds {
		for i := range s {
			inBounds(t, []byte(s), i)
			for name, reader := range readers {
				found[name] = found[name] || len(reader([]byte(s), i)) > 0
			}
		}
	}
	if len(found) != len(readers) || slices.Contains(slices.Collect(maps.Values(found)), false) {
		t.Errorf("the seeds leave a reader without a secret: %v", found)
	}
}

// A reader looks at no more than so much around its place, however long the line: it
// finds the same in what is near, and its time does not grow with what is far.
func TestReadersAreLocal(t *testing.T) {
	for _, s := range append(seeds, strings.Repeat("| ", 40), strings.Repeat("login(", 40), strings.Repeat("'", 80), strings.Repeat("a1=", 40), strings.Repeat("curl ", 40), strings.Repeat("echo a ", 40)) {
		cost := func(n int) (best time.Duration) {
			b := bytes.Repeat([]byte(s), n/len(s)+1)
			for round := range 3 {
				start := time.Now()
				for _, reader := range readers {
					for i := len(b) / 2; i < len(b)/2+2*len(s); i++ {
						reader(b, i)
					}
				}
				if took := time.Since(start); round == 0 || took < best {
					best = took
				}
			}
			return best
		}
		if near, far := cost(1<<12), cost(1<<20); far > 20*near && far > 50*time.Millisecond {
			t.Errorf("%q: %v, and %v in a line of 256 times the length", s, near, far)
		}
	}
}

func FuzzFlag(f *testing.F) {
	for _, s := range seeds {
		for i := 0; i < len(s); i += 5 {
			f.Add([]byte(s), i)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, i int) {
		if i >= 0 && i < len(b) {
			inBounds(t, b, i)
		}
	})
}
