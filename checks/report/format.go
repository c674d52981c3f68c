package report

import (
	"fmt"
	"io"
)

// Writer writes a report in one format.
type Writer func(io.Writer, Report) error

// formats are the names of --format, as `analyze` has them.
var formats = map[string]Writer{"text": Text, "json": JSON, "markdown": Markdown, "html": HTML}

// Format is the writer of a --format.
func Format(name string) (Writer, error) {
	w, ok := formats[name]
	if !ok {
		return nil, fmt.Errorf("--format %s: no such format (text, json, markdown or html)", name)
	}
	return w, nil
}
