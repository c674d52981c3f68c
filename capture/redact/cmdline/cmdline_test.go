package cmdline

import (
	"bytes"
	"slices"
	"strings"
	"testing"
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

func FuzzFlag(f *testing.F) {
	f.Add([]byte("curl -sku ann:x"), 5)
	f.Fuzz(func(t *testing.T, b []byte, i int) {
		if i < 0 || i >= len(b) {
			return
		}
		for _, s := range append(Flag(b, i), Stdin(b, i)...) {
			if s.Start < 0 || s.End > len(b) || s.Start > s.End {
				t.Fatalf("%q at %d: %+v", b, i, s)
			}
		}
	})
}
