package report

import (
	"fmt"
	"io"
)

// Writer writes a report in one format.
type Writer func(io.Writer, Report) error

// Formats are the writers by their names in --format.
var Formats = map[string]Writer{"text": Text, "json": JSON, "markdown": Markdown, "html": HTML}

// Format is the writer of a --format.
func Format(name string) (Writer, error) {
	w, ok := Formats[name]
	if !ok {
		return nil, fmt.Errorf("--format %s: no such format (text, json, markdown or html)", name)
	}
	return w, nil
}
