package logline

import (
	"bytes"
	"slices"
	"strings"

	"syncscope/capture/redact"
)

// The makers of an answer that is no JSON, as rules and facts name them. An SSM's API
// answers JSON: what names none of its own parts is somebody else's.
var (
	MakerNginx  = redact.Literal("nginx")
	MakerRails  = redact.Literal("rails")
	MakerSSM    = redact.Literal("ssm")
	MakerProxy  = redact.Literal("proxy")
	MakerDevice = redact.Literal("device") // a filter, a firewall, a portal
	// MakerGateway balances load: it may answer for an SSM behind it.
	MakerGateway = redact.Literal("gateway")
)

// makers are told by words of their pages, the first that fits. The devices'
// are product names, and what only who guards a network has to say.
var makers = []struct {
	maker redact.Text
	words []string
}{
	{MakerNginx, []string{"<center>nginx", "<center>openresty", "the plain http request was sent to https port", "no required ssl certificate was sent"}},
	{MakerRails, []string{"an unhandled lowlevel error occurred", "the change you wanted was rejected", "we're sorry, but something went wrong", "the page you were looking for doesn't exist"}},
	{MakerSSM, []string{"ssm on-prem", "smart software manager"}},
	{MakerProxy, []string{"requested url could not be retrieved", "proxy server", "squid", "tinyproxy"}},
	{MakerGateway, []string{"microsoft-azure-application-gateway", "awselb", "haproxy", "no healthy upstream", "upstream connect error", "upstream request timeout", "backend fetch failed", "no server is available to handle this request", "ring-balancer"}},
	{MakerDevice, []string{
		"blocked", "uncategorized", "url category", "web category",
		"denied by", "denied because", "security policy", "access policy", "internet policy", "corporate policy", "company policy", "acceptable use", "policy of your organization", "your organization's policy",
		"content filter", "content filtering", "web filter", "url filter", "url filtering", "web filtering", "web application firewall", "firewall policy", "intrusion prevention", "internet security by",
		"this page cannot be displayed", "requested url was rejected", "request rejected", "support id", "incident id", "attack id", "ray id", "mod_security", "modsecurity",
		"captive portal", "guest portal", "authentication portal", "hotspot", "network login", "web authentication", "wifi login", "wi-fi login", "log in to the network", "log in to this network", "sign in to network", "sign in to the network",
		"fortiguard", "fortigate", "fortinet", "fortiweb", "zscaler", "blue coat", "bluecoat", "websense", "forcepoint", "ironport", "cisco umbrella", "opendns", "palo alto networks", "globalprotect",
		"sophos", "check point", "usercheck", "barracuda", "mcafee", "skyhigh", "trend micro", "kerio", "netskope", "menlo security", "sonicwall", "watchguard", "juniper", "cloudflare", "incapsula", "imperva", "akamai", "big-ip",
	}},
}

// pageMaker is who made a page, by one line of it; empty: nothing tells.
func pageMaker(b []byte) redact.Text {
	low := bytes.ToLower(b)
	for _, m := range makers {
		for _, w := range m.words {
			if hasWords(low, []byte(w)) {
				return m.maker
			}
		}
	}
	return redact.Text{}
}

// reasons are what servers write behind a status (RFC 9110, 15), which says no more than
// that: an answer of these words is nobody's.
var reasons = []string{
	"bad request", "unauthorized", "forbidden", "not found", "method not allowed", "request timeout", "request time-out", "content too large", "payload too large", "request entity too large",
	"uri too long", "request-uri too large", "unprocessable entity", "unprocessable content", "too many requests", "internal server error", "not implemented", "bad gateway",
	"service unavailable", "service temporarily unavailable", "gateway timeout", "gateway time-out",
}

// Words reports whether an answer's body is plain words that say more than its status.
func Words(body string) bool {
	body = strings.ToLower(strings.Trim(body, " .\r\n"))
	body = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(body, "http/1.1"), "http/1.0"), " 0123456789:-")
	return body != "" && !strings.ContainsAny(body[:1], `<{["`) && !slices.Contains(reasons, body)
}

// hasWords reports whether words stand in b, and not as a part of longer ones.
func hasWords(b, words []byte) bool {
	for at := 0; ; {
		i := bytes.Index(b[at:], words)
		if i < 0 {
			return false
		}
		at += i
		end := at + len(words)
		if (at == 0 || !isWord(b[at-1]) || !isWord(words[0])) && (end == len(b) || !isWord(b[end])) {
			return true
		}
		at = end
	}
}

// isPage reports whether an answer's body is HTML.
func isPage(body []byte) bool { return len(body) > 0 && body[0] == '<' }

// PageEnds reports whether a page of HTML ends in a text; its tags may be in capitals.
func PageEnds(b []byte) bool {
	end := []byte("</html>")
	for {
		i := bytes.Index(b, end[:2])
		if i < 0 || len(b)-i < len(end) {
			return false
		}
		if b = b[i:]; bytes.EqualFold(b[:len(end)], end) {
			return true
		}
		b = b[2:]
	}
}
