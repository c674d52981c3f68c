package command

import (
	_ "embed"
	"fmt"
	"strings"
	"time"
)

// The search's script, as sent.
//
//go:embed search.sh
var searchSource string

var searchScript = oneLine(searchSource)

// searchName is what a search is called in a list of processes.
const searchName = "syncscope-search"

var logSearch = &Info{
	"log-search", "[sudo] timeout -k 1 9 sh -c SCRIPT " + searchName + " PATH BYTES 6 4 400 49152 CLASSES (SCRIPT runs renice -n 19, date, ls, and head | tail -c | grep -anE | tail, zcat for packed files, and awk)",
	inShells, "reads the log and at most 4 rotated files, 64 MB of each, at the lowest priority, for at most 9 s; at most 290 KB come",
	"the last attempt and the last success, where the log's end has none", 15 * time.Second, readsLog,
}

// Class is a kind of lines that a search looks for. Of them the last come.
type Class struct {
	Before, After int // lines around each
	Lines, Bytes  int // at most
	Pattern       string
}

// Searched are the classes of a search, of both kinds of logs. The first tells an
// attempt of the Manager, the last one a success.
var Searched = []Class{
	{30, 60, 600, 128 << 10, `\[SmartLicens|mart licensing mode|ing client Map|RestAPI proxy|oauth/token\?|(ERROR|WARN).*\[RestAPIClient\]|On Prem mode|on-prem server|Smart Account [Uu]ser|[Ss]ync [Ll]icenses|Received licenses|(Apache-HttpClient|Java)/`},
	{2, 4, 200, 32 << 10, `oauth/token|/api/v1/|SSL_|SSL routines`},
	{0, 0, 200, 32 << 10, `\[(error|crit|alert|emerg)\]|[Ee]rror|ERROR|FATAL|PANIC|[Ff]ail|MISCONF|READONLY|OOM|oom-kill|ut of memory|o space left|annot allocate|table full|denied|DPT=(8443|443) |COMMAND_FAILED|o chain|locked|aintenance|status=5|" 5[0-9][0-9] `},
	{30, 10, 200, 32 << 10, `authenticated successfully|Received licenses|Refresh Devices completed|oauth/token\?[^"]*" 2`},
}

// SampleProgram prints one line of each three minutes and the last one, numbered: that
// a log was looked at there. It is awk's.
const SampleProgram = `match($0, /[0-9][0-9]:[0-9][0-9]:/) && RSTART < 26 { k = substr($0, 1, RSTART + 2) int(substr($0, RSTART + 3, 2) / 3); if (k != l) print NR ":" $0; l = k } END { if (NR) print NR ":" $0 }`

// Bounds of those lines.
const (
	SampleLines = 400
	SampleBytes = 48 << 10
)

// What begins the lines between those of a search.
const (
	SearchFile  = "= " // a file's name
	SearchClass = "+ " // a class's number, or t: one line of each three minutes
	SearchOver  = "! " // not all was looked at
)

// LogSearch looks in the first bytes of a log, and in its rotated files, for the
// last attempt and the last success.
func LogSearch(p LogPath, bytes int64) Command {
	var classes strings.Builder
	for _, c := range Searched {
		fmt.Fprintf(&classes, " %d %d %d %d %s", c.Before, c.After, c.Lines, c.Bytes, Quote(c.Pattern))
	}
	return Command{info: logSearch, line: fmt.Sprintf("timeout -k 1 9 sh -c %s %s %s %d 6 4 %d %d %s%s", Quote(searchScript), searchName, Quote(p.s), bytes, SampleLines, SampleBytes, Quote(SampleProgram), &classes)}
}
