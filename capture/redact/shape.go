package redact

import "bytes"

// shapes finds secrets that have no key before them: Bearer and Basic
// credentials, JSON Web Tokens, userinfo in a URL, curl -u.
func shapes(b, lower []byte) []span {
	var out []span
	for _, scheme := range []string{"bearer ", "basic "} {
		for at := 0; ; {
			i := bytes.Index(lower[at:], []byte(scheme))
			if i < 0 {
				break
			}
			start := at + i + len(scheme)
			end := start + endBare(b[start:])
			if end-start >= knownMin && !isToken(b[start:]) {
				out = append(out, span{start: start, end: end, kind: Authorization})
			}
			at = max(end, start)
		}
	}
	out = append(out, webTokens(b)...)
	out = append(out, userinfo(b)...)
	out = append(out, curlUser(b)...)
	return append(out, keyLog(b)...)
}

// webTokens: eyJ… is base64 of {" (RFC 7519).
func webTokens(b []byte) []span {
	var out []span
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("eyJ"))
		if i < 0 {
			return out
		}
		start := at + i
		end := start
		for end < len(b) && (isAlnum(b[end]) || b[end] == '-' || b[end] == '_' || b[end] == '.' || b[end] == '=') {
			end++
		}
		if bytes.Count(b[start:end], []byte(".")) >= 1 && end-start > 20 {
			out = append(out, span{start: start, end: end, kind: AccessToken})
		}
		at = end
	}
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// curlUser: curl -u user:password, or --user.
func curlUser(b []byte) []span {
	if !bytes.Contains(b, []byte("curl")) {
		return nil
	}
	for _, flag := range []string{" -u ", " --user "} {
		i := bytes.Index(b, []byte(flag))
		if i < 0 {
			continue
		}
		start := i + len(flag)
		word := b[start : start+endBare(b[start:])]
		if c := bytes.IndexByte(word, ':'); c >= 0 && c+1 < len(word) && !isToken(word[c+1:]) {
			return []span{{start: start + c + 1, end: start + len(word), kind: Password}}
		}
	}
	return nil
}

// userinfo: scheme://user:password@host (RFC 3986, 3.2.1).
func userinfo(b []byte) []span {
	var out []span
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("://"))
		if i < 0 {
			return out
		}
		start := at + i + 3
		end := start
		for end < len(b) && b[end] != '/' && b[end] != ' ' && b[end] != '"' && b[end] != '?' {
			end++
		}
		host := b[start:end]
		if a := bytes.LastIndexByte(host, '@'); a > 0 {
			if c := bytes.IndexByte(host[:a], ':'); c >= 0 && a > c+1 && !isToken(host[c+1:a]) {
				out = append(out, span{start: start + c + 1, end: start + a, kind: Password})
			}
		}
		at = end
	}
}

// keyLogLabels begin the lines of a TLS key log (NSS key log format).
var keyLogLabels = []string{"CLIENT_RANDOM ", "CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_HANDSHAKE_TRAFFIC_SECRET ", "CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 ", "EXPORTER_SECRET ", "EARLY_EXPORTER_SECRET ", "CLIENT_EARLY_TRAFFIC_SECRET "}

func keyLog(b []byte) []span {
	for _, label := range keyLogLabels {
		i := bytes.Index(b, []byte(label))
		if i < 0 {
			continue
		}
		rest := b[i+len(label):]
		sp := bytes.IndexByte(rest, ' ')
		if sp < 0 {
			continue
		}
		start := i + len(label) + sp + 1
		return []span{{start: start, end: start + endBare(b[start:]), kind: TLSSecret}}
	}
	return nil
}

// pem masks the body of a PEM block that is a private key (RFC 7468): from its
// BEGIN to its END, or to the stream's end.
func pem(b []byte, bl *block) ([]span, bool) {
	begin := bytes.Index(b, []byte("PRIVATE KEY-----"))
	isBegin := begin >= 0 && bytes.Contains(b[:begin], []byte("-----BEGIN"))
	switch {
	case isBegin:
		start := begin + len("PRIVATE KEY-----")
		end := len(b)
		if e := bytes.Index(b[start:], []byte("-----END")); e >= 0 {
			end = start + e
		} else if bl != nil {
			bl.pem = true
		}
		if len(bytes.TrimSpace(b[start:end])) == 0 {
			return nil, true
		}
		return []span{{start: start, end: end, kind: PrivateKey}}, true
	case bl == nil || !bl.pem:
		return nil, false
	}
	if e := bytes.Index(b, []byte("-----END")); e >= 0 {
		bl.pem = false
		if len(bytes.TrimSpace(b[:e])) == 0 {
			return nil, true
		}
		return []span{{start: 0, end: e, kind: PrivateKey}}, true
	}
	if len(b) == 0 || isToken(b) {
		return nil, true
	}
	return []span{{start: 0, end: len(b), kind: PrivateKey}}, true
}
