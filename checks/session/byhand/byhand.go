// Package byhand is the collection for two plain SSH windows: what the live path
// looks for, as lines that people paste themselves.
//
// What comes in: the classes of lines that a search of a host looks for, and the
// command that masks. What goes out: steps with their lines, as text. Nothing runs
// here, and nobody owns a goroutine.
package byhand

import (
	"fmt"
	"io"
	"strings"

	"syncscope/checks"
	"syncscope/ssh/command"
)

// Step is what to do in one window, and the lines to paste there in their order.
type Step struct {
	Window, Do string
	Lines      []string
}

// The bounds of what is looked at and printed: a window keeps 2,000 rows.
const (
	lookedAt = 20_000_000 // bytes, of the log's end and its two newest rotated files
	longest  = 4000       // characters of a row
	sampled  = 200        // rows that show that the log was looked at
)

// rows are how many lines of each class are printed at most.
var rows = []int{300, 100, 100, 60}

// Steps are the collection: before a sync, and again after one.
func Steps() []Step {
	manager, ssm := window(command.ManagerServerLog, ""), window(command.SSMMessages, "sudo ")
	return []Step{
		{"Manager", "log in, leave the command line for its shell, and paste line by line", append([]string{"vshell"}, manager...)},
		{"SSM", "log in (in its console, `shell` first), and paste line by line", ssm},
		{"Manager", "if a new attempt is wanted: `exit` to the command line, and start a capture there; the SSM's address is what the Manager calls", []string{
			`tcpdump vpn 0 interface eth0 options "-l -nn -vv -c 200 (host SSM_ADDRESS and not port 22) or port 53 or icmp"`,
		}},
		{"Browser", "meanwhile: Manager › Administration › License Management › Sync Licenses and Refresh Devices, with the user of the grant; press Sync once (more wrong tries may lock the account), and wait for its message, two minutes at most", nil},
		{"Manager", "end the capture with ctrl+c, then once more", append([]string{"vshell"}, manager...)},
		{"SSM", "once more", ssm[len(ssm)-1:]},
	}
}

// window are the lines of one host: what masks, where the log stands, and what to
// print of it.
func window(log command.LogPath, right string) []string {
	pick := make([]string, 0, len(command.Searched)+1)
	for i, c := range command.Searched {
		pick = append(pick, fmt.Sprintf("f | grep -anE -B %d -A %d -e '%s' | tail -n %d", c.Before, c.After, c.Pattern, rows[i]))
	}
	pick = append(pick, fmt.Sprintf(`f | awk '%s' | tail -n %d`, command.SampleProgram, sampled))
	return []string{
		checks.MaskCommand,
		fmt.Sprintf(`f() { ls -1tr %s.[0-9]* %[1]s-[0-9]* %[1]s 2>/dev/null | tail -n 3 | while read -r p; do case $p in *.gz) %szcat $p;; *) %[2]scat $p;; esac </dev/null; done | tail -c %d; }`, log, right, lookedAt),
		fmt.Sprintf(`{ %s; } | grep -aE '^[0-9]+[:-]' | sed -E 's/^([0-9]+)[:-]/\1:/' | sort -t: -k1,1n -u | cut -d: -f2- | cut -c1-%d | mask`, strings.Join(pick, "; "), longest),
	}
}

// Write prints the steps.
func Write(w io.Writer) error {
	var out strings.Builder
	out.WriteString("The collection by hand, in two plain SSH windows. Each line is masked on its host before it prints, and bounded:\n" +
		"about 700 rows a window. Nothing is written there. Paste what stands at the left edge, one block at a time.\n\n")
	for i, s := range Steps() {
		fmt.Fprintf(&out, "%d. %s: %s.\n\n", i+1, s.Window, s.Do)
		for _, line := range s.Lines {
			out.WriteString(line + "\n\n")
		}
	}
	last := len(Steps()) + 1
	fmt.Fprintf(&out, "%d. Copy the text of both windows, the whole of it, into one file, one below the other (PuTTY: Copy All to Clipboard, or\n"+
		"   Session › Logging › Printable output). Then, on your computer:\n\nsyncscope analyze FILE\n\nsyncscope ask ssm FILE\n", last)
	_, err := io.WriteString(w, out.String())
	return err
}
