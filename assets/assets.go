// Package assets holds the embedded data: runbooks, scenarios and questions. The
// rules beside them are compiled in: see checks/rule.
//
// What comes in: nothing. What goes out: FS, a read-only file system with the
// folders runbooks/<language>, rules/<language> (what the rules say, told there),
// scenarios/<id> and ask. No logic.
package assets

import "embed"

// FS holds the files.
//
//go:embed all:runbooks all:scenarios all:ask all:rules/ko all:rules/ar
var FS embed.FS
