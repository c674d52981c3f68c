package report

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// fill gives every field of v some value, texts that must be escaped among them.
func fill(v reflect.Value, r *rand.Rand) {
	texts := []string{"", "plain", `a "b" \c`, "é\u2028<&>", "tab\tand\x01", "192.168.1.1:443", "\xff"}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), r)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		for i := range v.Len() {
			fill(v.Index(i), r)
		}
	case reflect.String:
		v.SetString(texts[r.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(int64(r.IntN(100_000) - 5))
	case reflect.Uint16:
		v.SetUint(uint64(r.IntN(1 << 16)))
	case reflect.Float64:
		v.SetFloat([]float64{0, 0.25, 244.203, 1e-7, 1e22, -3.5}[r.IntN(6)])
	default:
		panic(v.Kind())
	}
}

// Connections are written as encoding/json would, whatever their fields hold.
func TestConnectionsAsJSONWouldWriteThem(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var c connection
		fill(reflect.ValueOf(&c).Elem(), r)
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(c); err != nil {
			t.Fatal(err)
		}
		p := pretty{}
		p.connection(&c)
		again := len(p.b)
		p.connection(&c) // the chain is known now
		for _, got := range [][]byte{p.b[:again], p.b[again:]} {
			if got := string(got[1:len(got)-1]) + "\n"; got != want.String() {
				t.Fatalf("%s\nwant\n%s", got, want.String())
			}
		}
	}
}

// Whatever a string holds and wherever in it, it is written as json writes it.
func TestTextIsJSON(t *testing.T) {
	for length := range 19 {
		for at := range length {
			for c := range 256 {
				for _, around := range "x ~" {
					v := []byte(strings.Repeat(string(around), length))
					v[at] = byte(c)
					var want bytes.Buffer
					enc := json.NewEncoder(&want)
					enc.SetEscapeHTML(false)
					if err := enc.Encode(string(v)); err != nil {
						t.Fatal(err)
					}
					var p pretty
					p.text(string(v))
					if got := strings.TrimSuffix(string(p.b), ","); got != strings.TrimSpace(want.String()) {
						t.Fatalf("%q is written %s", v, got)
					}
					own := c >= ' ' && c <= '~' && c != '"' && c != '\\'
					if plain(v) != own {
						t.Fatalf("%q is plain: %v", v, !own)
					}
				}
			}
		}
	}
}
