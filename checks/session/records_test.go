package session_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"syncscope/checks/report"
)

// A line of a file may hold several records. What is found in one of them counts for
// the line, wherever the others stand: none of them makes it clean.
func TestRecordsOfOneLineAreMasked(t *testing.T) {
	t.Parallel()
	quiet := "Sep 11 22:58:13 SSM-On-Prem fdb3e938a3f9: 1:M 11 Sep 2023 22:58:13.972 * Background saving terminated with success"
	for _, password := range []string{"cisco", "admin", "12345678", "abc", "password", "Q9zz"} {
		request := "Sep 11 22:58:14 SSM-On-Prem 1b2ac5c465c4: 10.66.76.81 - - [11/Sep/2023:22:58:14 +0000] \"POST /backend/oauth/token?grant_type=password&username=licadmin&password=" + password + " HTTP/1.1\" 502 150 \"-\" \"Apache-HttpClient/4.5.14 (Java/17.0.15)\" \"-\""
		for place, records := range map[string][]string{"last": {quiet, quiet, request}, "first": {request, quiet, quiet}, "between": {quiet, request, quiet}} {
			for form, text := range oneLine(t, records) {
				r, err := analyzed(t, "export.json", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				if err := report.JSON(&out, r); err != nil {
					t.Fatal(err)
				}
				if shown := out.String(); strings.Contains(shown, "password="+password+" ") {
					t.Errorf("%s, the request %s: password=%s is shown", form, place, password)
				} else if !strings.Contains(shown, "password=password#") {
					t.Errorf("%s, the request %s: it is not cited", form, place)
				}
			}
		}
	}
}

// oneLine are records in the forms of exports that put all of them in one line.
func oneLine(t *testing.T, records []string) map[string]string {
	t.Helper()
	one, err := json.Marshal(strings.Join(records, "\n") + "\n")
	if err != nil {
		t.Fatal(err)
	}
	var hits []string
	for i, r := range records {
		message, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, fmt.Sprintf(`{"_index":"logs","_id":"%d","_source":{"message":%s}}`, i, message))
	}
	return map[string]string{"a JSON string": string(one) + "\n", "hits of a search": `{"hits":{"hits":[` + strings.Join(hits, ",") + "]}}\n"}
}
