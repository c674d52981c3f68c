package lab

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// linesName is what the reader of a log's last lines is called (ssh/command).
const linesName = "syncscope-lines"

// asked runs the programs of the checks that ask how the SSM is; ok is false for
// others.
func (s *shell) asked(argv []string, std stdio) (status int, ok bool) {
	l := tools{s.host.lab}
	line := strings.Join(argv, " ")
	switch {
	case line == "ip -br addr":
		fmt.Fprintf(std.out, "lo               UNKNOWN        127.0.0.1/8 ::1/128\nens192           UP             %s/24 fe80::250:56ff:fe00:1/64\n", l.s.SSM.Address)
	case line == "ss -ltn":
		fmt.Fprint(std.out, "State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nLISTEN 0      128          0.0.0.0:22        0.0.0.0:*\n")
		if l.state() != refused {
			fmt.Fprint(std.out, "LISTEN 0      4096               *:8443            *:*\n")
		}
	case line == "chronyc -n tracking":
		fmt.Fprint(std.out, "Reference ID    : C0000201 (192.0.2.1)\nStratum         : 3\nSystem time     : 0.000021 seconds slow of NTP time\nLeap status     : Normal\n")
	case strings.HasPrefix(line, "timeout 8 getent "):
		fmt.Fprintf(std.out, "192.0.2.80      STREAM %s\n", argv[len(argv)-1])
	case strings.HasPrefix(line, "timeout 8 bash --norc -p -c exec 3<>/dev/tcp/"):
	case argv[0] == "timeout" && len(argv) > 5 && argv[len(argv)-5] == linesName:
		return s.lines(argv[len(argv)-4:], std), true
	case argv[0] == "timeout" && slices.Contains(argv, searchName):
		return s.search(argv[slices.Index(argv, searchName)+1:], std), true
	default:
		return 0, false
	}
	return 0, true
}

// lines prints the host's time and the last lines of a log that match.
func (s *shell) lines(args []string, std stdio) int {
	f := s.open("sh", args[0], std)
	pattern, err := regexp.Compile("(?i)" + args[2])
	most, bad := strconv.Atoi(args[3])
	if f == nil || err != nil || bad != nil {
		return 3
	}
	fmt.Fprintln(std.out, s.host.now().Format("2006-01-02T15:04:05-0700"))
	var found [][]byte
	b, _ := f.from(0)
	for line := range bytes.Lines(b) {
		if pattern.Match(line) {
			found = append(found, line)
		}
	}
	for _, line := range found[max(0, len(found)-most):] {
		_, _ = std.out.Write(line) // the reader may be gone
	}
	return 0
}
