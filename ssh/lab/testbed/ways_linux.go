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

// Away drops all packets of the Manager's SSH, also those of connections to come.
func (tb State) Away() error {
	return tb.manager.sh("nft 'table inet away { chain i { type filter hook input priority -10; policy accept; tcp dport 22 drop; }; chain o { type filter hook output priority -10; policy accept; tcp sport 22 drop; }; }'")
}

// Stops has the Manager's tcpdump stand still: it does not act on signals then.
func (tb State) Stops() error { return tb.manager.sh("pkill -STOP -x tcpdump") }

// Again undoes Silence and Away, and ends what runs of tcpdump are left.
func (tb State) Again() error {
	return tb.manager.sh("nft flush ruleset; pkill -KILL -x tcpdump || true")
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
