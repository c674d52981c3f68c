package cliout

import (
	"strings"

	"syncscope/capture/redact"
)

// ownRow is a row of "syncscope check": a sign, the status, the name and what was
// found.
var ownRow = newPattern(`^\S{1,4} (pass|warn|fail|could-not-check|not-needed)\s+([A-Za-z][\w., -]*?)(?:\s{2,}(.*)|)$`)

// ownTable reads a row of the table.
func (r *Result) ownTable(gate *redact.Session, b []byte) {
	m := ownRow.FindSubmatch(b)
	if m == nil {
		return
	}
	row := Row{Line: len(r.Lines) - 1, Status: string(m[1]), Name: gate.Field(redact.Plain, m[2]), Detail: gate.Foreign(strings.TrimSpace(string(m[3])))}
	if r.Rows = append(r.Rows, row); row.Status == "fail" && r.Failure.Empty() {
		r.Failure = gate.Foreign(string(m[2]) + ": " + row.Detail.String())
	}
}
