// Package words finds words in a field of a log line as its program wrote it, below
// the gate: what is masked in the text that is shown changes nothing of what the
// line says.
//
// What comes in: patterns, all at once and before the first byte (Compile), and a
// field's raw bytes with the spans in it that are somebody's value. What goes out:
// the numbers of the patterns that match (Set), which travel with the line in place
// of its bytes. A Matcher is immutable; any number of parsers may share it.
package words
