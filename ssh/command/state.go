package command

import "fmt"

// The commands of the checks that take a minute: how the SSM is, and how far it
// gets by itself. They read; none sends credentials.
var (
	addresses = &Info{"addresses", "ip -br addr", onSSM, "none", "whether this SSM has the address that the Manager calls", anyCLI, ""}
	listeners = &Info{"listeners", "ss -ltn", onSSM, "none", "whether something listens on the port that the Manager calls", anyCLI, ""}
	chrony    = &Info{"time-source", "chronyc -n tracking", onSSM, "none", "whether the SSM's clock is synchronised", anyCLI, ""}
	resolved  = &Info{"resolve", "timeout 8 getent ahosts NAME", onSSM, "one DNS query", "whether the SSM resolves Cisco's names", anyCLI, ""}
	opened    = &Info{"connect", "timeout 8 " + ownBash + " 'exec 3<>/dev/tcp/NAME/PORT'", onSSM, "one TCP connection, closed at once; nothing is sent", "whether the SSM gets to Cisco", anyCLI, ""}
	signIns   = &Info{"sign-ins", "[sudo] timeout -k 1 9 sh -c SCRIPT " + linesName + " PATH 4194304 oauth/token 200 (SCRIPT runs renice -n 19, date, and tail -c | grep -aiE | tail -n)", onSSM, "reads at most 4 MB at the lowest priority; at most 200 lines come", "how often the SSM refused sign-ins in the last hour, before the next one is tried", anyCLI, readsLog}
	synced    = &Info{"synchronisations", "[sudo] timeout -k 1 9 sh -c SCRIPT " + linesName + " PATH 16777216 synchroni[sz] 50 (SCRIPT as above)", onSSM, "reads at most 16 MB at the lowest priority; at most 50 lines come", "when the SSM last synchronised with Cisco", anyCLI, readsLog}
)

// Addresses lists the host's addresses.
func Addresses() Command { return shell(addresses, "ip -br addr") }

// Listeners lists what listens on TCP.
func Listeners() Command { return shell(listeners, "ss -ltn") }

// TimeSource asks chrony whether it is synchronised, and to whom.
func TimeSource() Command { return shell(chrony, "chronyc -n tracking") }

// Resolve asks the host's own resolver for a name; its status comes last.
func Resolve(n Name) Command {
	return Command{info: resolved, line: fmt.Sprintf("timeout 8 getent ahosts %s 2>&1; printf 'status %%d\\n' $?", n.s)}
}

// Connect opens a TCP connection and closes it again; its status comes last.
func Connect(n Name, port uint16) Command {
	return Command{info: opened, line: fmt.Sprintf("timeout 8 bash --norc -p -c %s 2>&1; printf 'status %%d\\n' $?", Quote(fmt.Sprintf("exec 3<>/dev/tcp/%s/%d", n.s, port)))}
}

// linesScript prints the host's time, for stamps in a log have neither a year
// nor a zone, and the last lines that match. It fails where the log cannot be
// opened: no line would else read as none there. Not every host has nice or renice,
// so neither has to be there.
const linesScript = `renice -n 19 -p $$ >/dev/null 2>&1; exec 3<"$1" || exit 3; export LC_ALL=C; date +%Y-%m-%dT%H:%M:%S%z; tail -c "$2" <&3 | grep -aiE -e "$3" | tail -n "$4"`

// linesName is what it is called in a list of processes.
const linesName = "syncscope-lines"

// SignIns gives the token requests at the end of a log, behind the host's time.
func SignIns(p LogPath) Command { return lastLines(signIns, p, 4<<20, "oauth/token", 200) }

// Synchronisations gives what a log says of them, behind the host's time.
func Synchronisations(p LogPath) Command { return lastLines(synced, p, 16<<20, "synchroni[sz]", 50) }

func lastLines(i *Info, p LogPath, bytes int, pattern string, lines int) Command {
	return Command{info: i, line: fmt.Sprintf("timeout -k 1 9 sh -c %s %s %s %d %s %d", Quote(linesScript), linesName, Quote(p.s), bytes, Quote(pattern), lines)}
}
