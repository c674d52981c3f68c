package command

import (
	"fmt"
	"strings"
)

// MaxRotated is how many rotated files of a log are known.
const MaxRotated = 9

// logrotate names them messages.1, messages-20261122 (dateext) or, packed, with
// .gz behind that.
var (
	logRotated  = &Info{"log-rotated", "ls -1t -- PATH.[0-9]* PATH-[0-9]* | head -n 24", inShells, "reads a folder", "which older files of the log there are", anyCLI, readsLog}
	logUnpacked = &Info{"log-unpacked", "timeout 9 zcat -- PATH | tail -c BYTES", inShells, "unpacks one file, for at most 9 s", "attempts before the log was rotated and packed", anyCLI, readsLog}
)

// RotatedLogs lists the log's rotated files, newest first.
func RotatedLogs(p LogPath) Command {
	return Command{info: logRotated, line: fmt.Sprintf("ls -1t -- %s.[0-9]* %[1]s-[0-9]* | head -n 24", Quote(p.s))}
}

// ParseRotated reads what RotatedLogs printed. What is not the name of a rotated
// file of this log is left out.
func (p LogPath) ParseRotated(out string) []LogPath {
	var found []LogPath
	for name := range strings.Lines(out) {
		name = strings.TrimRight(name, "\r\n")
		rest, ok := strings.CutPrefix(name, p.s)
		if !ok || len(found) == MaxRotated || len(rest) < 2 || len(rest) > 40 {
			continue
		}
		if number := strings.TrimSuffix(rest, ".gz"); rest[0] == '.' && digits(number[1:]) || rest[0] == '-' && digits(strings.ReplaceAll(number[1:], "-", "")) {
			found = append(found, LogPath{name})
		}
	}
	return found
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Packed reports whether the file is packed.
func (p LogPath) Packed() bool { return strings.HasSuffix(p.s, ".gz") }

// LogUnpacked reads the last n bytes of a packed file.
func LogUnpacked(p LogPath, n int64) Command {
	return Command{info: logUnpacked, line: fmt.Sprintf("timeout 9 zcat -- %s | tail -c %d", Quote(p.s), n)}
}
