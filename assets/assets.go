// Package assets holds the embedded data: rules, runbooks and scenarios.
//
// What comes in: nothing. What goes out: FS, a read-only file system with the
// folders runbooks/<language>, scenarios/<id> and ask. No logic.
package assets

import "embed"

// FS holds the files.
//
//go:embed all:runbooks all:scenarios all:ask
var FS embed.FS

// Rules are the rules of rules/*.yaml in the form that is read at the start. A
// test of checks writes it, and fails when it is not what they say.
//
//go:embed rules.json
var Rules string
