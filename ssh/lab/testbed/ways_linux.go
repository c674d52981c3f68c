package testbed

import (
	"errors"
	"strings"
)

// Silence drops all packets of the SSH connections that the Manager has now: neither
// side is told. New ones get through.
func (tb State) Silence() error {
	return tb.manager.sh(`nft -f - <<'END'
table inet dead {
 set c { type inet_service; }
 chain i { type filter hook input priority -10; policy accept; tcp dport 22 tcp sport @c drop; }
 chain o { type filter hook output priority -10; policy accept; tcp sport 22 tcp dport @c drop; }
}
END
for p in $(ss -Htn state established sport = :22 | sed 's/.*://'); do nft add element inet dead c "{ $p }"; done`)
}

// Captures are the runs of tcpdump on the Manager.
func (tb State) Captures() (out []string, err error) {
	b, err := tb.manager.command("pgrep", "-ax", "tcpdump").Output()
	for line := range strings.Lines(string(b)) {
		out = append(out, strings.TrimSpace(line))
	}
	if len(b) == 0 {
		return nil, nil // pgrep(1): none ends with 1
	}
	return out, errors.Join(err)
}
