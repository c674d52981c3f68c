package redact_test

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
)

// A page breaks a line anywhere: within a key, what binds it, or a value; before a blank,
// behind one, or where it leaves one out.

const (
	brokenSecret   = "k9X_2mVb-7RtQpLs4WnYc1HdEgJf0UaZo5TiKr8M"
	brokenPassword = "Velvet4kQx7Lm92"
)

// brokenLines are lines with secrets, each in another form.
var brokenLines = []string{
	`10.66.76.85 - - [13/Jan/2023:11:17:01 +0000] "POST /backend/oauth/token?grant_type=password&client_id=jF6qQw3rTyuIoPaSdFgHjKlZxCvBnM01&client_secret=<S>&username=ann&password=<P> HTTP/1.1" 403 121 "-" "Apache"`,
	`{"grant_type":"password","client_secret":"<S>","username":"ann","password":"<P>","ok":true}`,
	`Map {clientUrl=172.20.85.137, client_secret=<S>, client_id=x, password=<P>, grant_type=password}`,
	`Parameters: {"grant_type"=>"password", "client_secret"=>"<S>", "username"=>"ann", "password"=>"<P>"}`,
	`> GET /x HTTP/1.1 Authorization: Bearer <S>`,
	`Basic auth header: Authorization: Basic <B>`,
	`Client Secret: <S>`,
	`client_secret = <S>`,
	`client_secret: "<S>"`,
	`the new Client Secret is: <S> as of now`,
	`the client secret is <S> here`,
	`password for user admin is <S> now`,
	`curl -k -u ann:<S> https://ssm:8443/x`,
	`tool --client-secret <S> --verbose`,
	`tool --client-secret=<S> --verbose`,
	`sshpass -p <S> ssh h`,
	`keytool -list -storepass <S> -v`,
	`export DB_PASSWORD='<S>'; ./run`,
	`<x><client_secret><S></client_secret><password><P></password></x>`,
	` ann | client_secret | <S> | t`,
	`jdbc:postgresql://db/x?user=ann&password=<S>&ssl=true`,
	`postgres://ann:<S>@db:5432/x`,
	`enable secret 0 <S>`,
	`snmp-server community <S> RO`,
	`Cookie: theme=x; JSESSIONID=<S>; path=/`,
	`{"name": "client_secret", "value": "<S>", "type": "text"}`,
	`{\"client_secret\":\"<S>\",\"x\":1}`,
	`?a%3D1%26client_secret%3D<S>%26b%3D2`,
	`ClientRegistration{registrationId='ssm', clientSecret='<S>', scopes=[]}`,
	`client_secret=Some("<S>") x=1`,
	`"client_secret": Optional[<S>]`,
	`client_secret → <S>`,
	`API key: <S>`,
	`X-Auth-Token: <S>`,
	`refresh_token=<S>`,
}

// pages are the ways in which a page of a width breaks a line.
var pages = []struct {
	name  string
	least int // width
	of    func(line string, width int) string
}{
	{"as it comes", 20, wrap},
	{"quoted", 22, func(line string, width int) string { return prefixed(wrap(line, width-2), "> ") }},
	{"indented by one", 40, func(line string, width int) string { return hanging(line, width, 1) }},
	{"indented by four", 40, func(line string, width int) string { return hanging(line, width, 4) }},
	{"at blanks", 60, func(line string, width int) string { return atBlanks(line, width, 0) }},
	{"at blanks, indented", 60, func(line string, width int) string { return atBlanks(line, width, 2) }},
}

func TestBrokenLinesDoNotLeak(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("ann:" + brokenSecret))
	fill := strings.NewReplacer("<S>", brokenSecret, "<P>", brokenPassword, "<B>", basic)
	for _, page := range pages {
		for _, line := range brokenLines {
			for _, prefix := range []string{"", "Jan 13 11:17:01 host app[1]: "} {
				c := leakCase{Text: prefix + fill.Replace(line), Secrets: []string{brokenSecret, basic}}
				if strings.Contains(line, "<P>") {
					c.Secrets = append(c.Secrets, brokenPassword)
				}
				grams := c.grams()
				for _, width := range c.widths(page.least) {
					text := page.of(c.Text, width) + "\nend of it, nothing more to say here"
					for how, out := range map[string]string{"live": once(text), "read twice": first(passed(t, text))} {
						if at := c.leak(grams, out); at != "" {
							t.Errorf("%s, %s at %d, %s: readable: %q of\n%s", line, page.name, width, how, at, text)
						}
					}
				}
			}
		}
	}
}

// widths are those of pages from least on; in a short run not all of them, but one for
// each sort of place at which a page breaks what gives a secret away.
func (c leakCase) widths(least int) (some []int) {
	seen := map[[4]int]bool{}
	for width := least; width <= 300; width++ {
		take := os.Getenv("SYNCSCOPE_LONG") != ""
		for _, line := range strings.Split(c.Text, "\n") {
			for at := width; at < len(line); at += width {
				if sort, near := c.sortOf(line, at, width); near && !seen[sort] {
					seen[sort], take = true, true
				}
			}
		}
		if take {
			some = append(some, width)
		}
	}
	return some
}

// cuts are the places at which a line is cut; not all of them, in a short run: every
// seventh, and where little more than is readable is left of a secret on either side.
func (c leakCase) cuts(line string) (some []int) {
	for at := range len(line) {
		take := at%7 == 0 || os.Getenv("SYNCSCOPE_LONG") != ""
		for _, s := range c.Secrets {
			for _, n := range []int{8, 9, 12} {
				take = take || n <= len(s) && (strings.HasPrefix(line[at:], s[len(s)-n:]) || strings.HasSuffix(line[:at], s[:n]))
			}
		}
		if take {
			some = append(some, at)
		}
	}
	return some
}

// sortOf tells what a page of a width breaks at that place of a line: which part of a
// secret's key, of what binds it, of its value; whether it is the first break, and the
// rows before and behind begin with blanks.
func (c leakCase) sortOf(line string, at, width int) (sort [4]int, near bool) {
	const reach = 24 // the longest key, and its binder
	for _, s := range c.Secrets {
		from := max(0, at-len(s))
		start := strings.Index(line[from:min(len(line), at+reach+len(s))], s)
		if start < 0 {
			continue
		}
		part := from + start - at
		if part > 3 {
			part = 4 + part/8
		}
		return [4]int{max(part, -2), min(at/width, 2), strings.IndexByte(" ", line[at-width]), strings.IndexByte(" ", line[at])}, true
	}
	return sort, false
}

// hanging breaks a line, and indents all rows but the first.
func hanging(line string, width, indent int) string {
	if len(line) <= width {
		return line
	}
	return line[:width] + "\n" + prefixed(wrap(line[width:], width-indent), strings.Repeat(" ", indent))
}

// atBlanks breaks a line at its blanks, which it leaves out, and a longer word anywhere.
func atBlanks(line string, width, indent int) string {
	var rows []string
	row, before := "", ""
	turn := func() {
		rows, before = append(rows, row), strings.Repeat(" ", indent)
		row = before
	}
	for _, word := range strings.Fields(line) {
		if row != before && len(row)+1+len(word) > width {
			turn()
		}
		if row != before {
			row += " "
		}
		for len(row)+len(word) > width {
			room := width - len(row)
			row, word = row+word[:room], word[room:]
			turn()
		}
		row += word
	}
	return strings.Join(append(rows, row), "\n")
}
