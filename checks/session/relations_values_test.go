package session_test

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// secretValues are what a client ID, a client secret or a password may be: words
// of Java, nginx, the rules and the logs themselves among them. None is blank,
// a row of asterisks or "[FILTERED]": so a log masks one.
var secretValues = []string{
	"x", "7", "-", "_", "token", "password", "client_id", "client_secret", "oauth", "null", "true", "ERROR", "INFO", "FATAL", "POST",
	"200", "401", "403", "500", "502", "onprem", "expired", "redis", "timeout", "MISCONF", "invalid_client", "invalid_grant", "grant-not-found",
	"ConnectException", "java.net.ConnectException", "UnknownHostException", "SSLHandshakeException", "RestAPIClient", "SmartLicensingUtil",
	"backend/oauth/token", "grant_type=client_credentials", "Code:403", "status=500", "error=invalid_grant",
	"K0nt0-9$w!t(h)~every;thing@#:?", strings.Repeat("Aa0-", 32), "пароль", "日本語",
	"Connection refused", "Grant not found", "PKIX path building failed", "connect timed out", "no live upstreams while connecting to upstream",
	"upstream prematurely closed connection", "PG::ConnectionBad: could not connect", "User account is locked", "Received licenses", "a&b=c, d}e \"f\" 'g' <h> %41 +",
}

// A value in a request's query, and in the Manager's own list of settings.
var valueShown = map[string]*regexp.Regexp{
	"client ID":     regexp.MustCompile(`client_id=([^&\s,}"]+)`),
	"client secret": regexp.MustCompile(`client_secret=([^&\s,}"]+)`),
	"password":      regexp.MustCompile(`[?&]password=([^&\s,}"]+)`),
}

// changeValues replaces one of the three by another value wherever a log has
// it, encoded as it is there.
func changeValues(f *fault) (out []variant) {
	all := f.in(asText)
	for _, kind := range []string{"client ID", "client secret", "password"} {
		old := shownValue(all, valueShown[kind])
		if old == "" || cutShort(all, old) {
			continue
		}
		for _, v := range secretValues {
			// The Manager's list of settings has no encoding: what ends a value there cannot be in one.
			if kind != "password" && strings.ContainsAny(v, " ,{}\"") {
				continue
			}
			out = append(out, variant{fmt.Sprintf("%s %q", kind, v), asText, func() []file {
				files := slices.Clone(all)
				for i, x := range files {
					files[i].data = revaluedRows(x, old, v)
				}
				return files
			}})
		}
	}
	return out
}

// shownValue is the first such value of the Manager's log, or of the SSM's, as
// it is when decoded; empty: none is readable. One that begins another is that,
// cut by a row's end.
func shownValue(all []file, at *regexp.Regexp) (value string) {
	for _, of := range []func(string) bool{isManagerLog, isMessages} {
		for _, x := range all {
			if !of(x.name) {
				continue
			}
			for _, m := range at.FindAllSubmatch(x.data, -1) {
				v, err := url.QueryUnescape(string(m[1]))
				if err == nil && len(v) >= 6 && strings.Trim(v, "*") != "" && strings.HasPrefix(v, value) {
					value = v
				}
			}
			if value != "" {
				return value
			}
		}
	}
	return ""
}

// cutShort reports whether a line ends within a value for good, or a list shows its beginning: what is left of it
// there cannot be replaced, and would be another client's.
func cutShort(all []file, value string) bool {
	const least = 6 // characters that are no coincidence
	for _, x := range all {
		ls := splitLines(x.data)
		for i, l := range ls {
			l = bytes.TrimRight(l, "\r\n")
			for n := least; n < len(value); n++ {
				rest := i+1 < len(ls) && bytes.HasPrefix(ls[i+1], []byte(value[n:]))
				if !rest && bytes.HasSuffix(l, []byte(value[:n])) || bytes.HasSuffix(l, []byte(value[:n]+"...")) {
					return true
				}
			}
		}
	}
	return false
}

// rowsOf is how wide the rows of a log are of which one ends within a value; 0: none does.
func rowsOf(x file, value string) int {
	ls := splitLines(x.data)
	for i, l := range ls[:len(ls)-1] {
		l = bytes.TrimRight(l, "\r\n")
		for n := 1; n < len(value); n++ {
			if bytes.HasSuffix(l, []byte(value[:n])) && bytes.HasPrefix(ls[i+1], []byte(value[n:])) {
				return utf8.RuneCount(l)
			}
		}
	}
	return 0
}

// revaluedRows puts a value in place of another in a file, also where a row ends within it: the rows are as wide
// as they were.
func revaluedRows(x file, old, value string) []byte {
	width := rowsOf(x, old)
	if width == 0 {
		return revalued(x.data, old, value)
	}
	var whole []byte // without the ends of rows: a full one goes on in a line without a stamp
	full := false
	for _, l := range splitLines(x.data) {
		if _, begins := lineTime(l, stampsOf(x.name), 2024); full && !begins {
			whole = bytes.TrimRight(whole, "\r\n")
		}
		whole, full = append(whole, l...), utf8.RuneCount(bytes.TrimRight(l, "\r\n")) == width
	}
	lines := bytes.Split(revalued(whole, old, value), []byte("\n"))
	for i, l := range lines {
		lines[i] = bytes.Join(wrapped(l, width), []byte("\n"))
	}
	return bytes.Join(lines, []byte("\n"))
}

// revalued puts a value in place of another: encoded where it stands in a
// request's query, or where it was encoded.
func revalued(data []byte, old, value string) []byte {
	encoded := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	for _, was := range []string{url.QueryEscape(old), strings.ReplaceAll(url.QueryEscape(old), "+", "%20")} {
		if was != old {
			data = bytes.ReplaceAll(data, []byte(was), []byte(encoded))
		}
	}
	var out []byte
	for {
		i := bytes.Index(data, []byte(old))
		if i < 0 {
			return append(out, data...)
		}
		out = append(out, data[:i]...)
		if inQuery(out) {
			out = append(out, encoded...)
		} else {
			out = append(out, value...)
		}
		data = data[i+len(old):]
	}
}

// inQuery reports whether what comes next stands in a request's query.
func inQuery(before []byte) bool {
	word := before[bytes.LastIndexAny(before, " \n\t\"{,")+1:]
	return bytes.ContainsRune(word, '?')
}
