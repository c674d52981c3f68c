package capture

import (
	"bytes"

	"syncscope/capture/cliout"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// kindOf tells what a source is by its first lines: the kind that most of them
// are, the stricter forms first.
func kindOf(lines [][]byte) Kind {
	gate := redact.New() // its texts are thrown away
	parser := logline.NewParser(gate)
	check := cliout.NewParser(gate)
	var manager, ssm, listing int
	scanner := tcpdump.NewScanner()
	count := func(it tcpdump.Item) {
		switch it.Kind {
		case tcpdump.ItemPacket, tcpdump.ItemListening, tcpdump.ItemEcho, tcpdump.ItemFooter:
			listing++
		}
	}
	for i, b := range lines {
		switch e := parser.Line(redact.Wrap(b)); e.Form {
		case logline.Manager:
			manager++
		case logline.Plain, logline.ManagerMore:
		default:
			ssm++
		}
		scanner.Line(i+1, redact.Wrap(b), count)
		check.Line(redact.Wrap(bytes.TrimSpace(b)))
	}
	scanner.Close(count)
	switch {
	case listing > 0 && listing >= manager && listing >= ssm:
		return TcpdumpText
	case manager > 0 && manager >= ssm:
		return ManagerLog
	case ssm > 0:
		return SSMMessages
	case check.Result().Check != cliout.Unknown:
		return Check
	}
	return KindUnknown
}
