package report

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestIndent: what indent writes is what json.Indent would.
func TestIndent(t *testing.T) {
	for _, doc := range []string{
		`{}`, `[]`, `null`, `-1.5e3`, `"a"`, `{"a":{},"b":[],"c":[[],{}]}`, `[[[[1,2],["}",",",":","[\"]","\\"]]]]`,
		`{"a":[true,false,null],"b":{"c":"{\"x\":1}","d":"\\\\"},"é":"\u2028 <>&"}`, string(bytes.Repeat([]byte(`[`), 500)) + string(bytes.Repeat([]byte(`]`), 500)),
		`[` + string(bytes.Repeat([]byte(`{"n":"0123456789"},`), 9000)) + `1]`,
	} {
		var want, got bytes.Buffer
		if err := json.Indent(&want, []byte(doc), "", "  "); err != nil {
			t.Fatalf("%.80s: %v", doc, err)
		}
		in := indenter{w: &got}
		in.indent([]byte(doc))
		if err := in.flush(); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%.80s: %.200s (%v), want %.200s", doc, got.Bytes(), err, want.Bytes())
		}
	}
}
