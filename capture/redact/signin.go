package redact

import (
	"bytes"

	"syncscope/capture/redact/cmdline"
)

// Names and passwords that words, a program or a function say somebody signs in with.

// signsIn masks the password of ann/… and ann:…, whose sign is at i, if the words before
// say that somebody signs in with it, or a host stands behind it as in ann:…@db.
func (f prose) signsIn(b []byte, i, end int) bool {
	name := i
	for name > 0 && i-name < maxKey && (isAlnum(b[name-1]) || bytes.IndexByte([]byte("_-.\\@"), b[name-1]) >= 0) {
		name--
	}
	v := b[i+1 : end]
	if name == i || !isLetter(b[name]) || name > 0 && !wordEnd[b[name-1]] || bytes.HasPrefix(v, []byte("/")) {
		return false
	}
	stop := end
	if at := bytes.LastIndexByte(v, '@'); at >= gramLen && isName(bytes.Trim(v[at+1:], "/")) || at >= gramLen && bytes.HasPrefix(v[at+1:], []byte("//")) {
		stop = i + 1 + at
	}
	if bytes.IndexByte(b[i+1:stop], '/') >= 0 {
		return false
	}
	if v = b[i+1 : stop]; len(v) < gramLen || !mixed(v) || !(b[i] == ':' && (stop < end || bytes.IndexByte(b[name:i], '@') > 0)) && !signIns(b[:name]) || evidence(key{kind: Password, made: true}, nil, v, b[stop:]) || f.masks(i+1, stop) {
		return false
	}
	f.add(span{start: i + 1, end: stop, kind: Password, open: stop == len(b)}, b, bare)
	return true
}

// signIns reports whether b ends with words that say that somebody signs in: login
// with, connect as, auth failed for.
func signIns(b []byte) bool {
	for range maxWords {
		b = bytes.TrimRight(b, " :=(\"'")
		var word []byte
		if b, word = lastWord(b); has(signingIn, word) {
			return true
		} else if len(word) > 0 && word[0] == '-' {
			continue
		} else if !has(signingWords, word) {
			return false
		}
	}
	return false
}

// argument masks the value at start if it is one of a program, or of a function.
func (f prose) argument(b []byte, start int) {
	switch quote := b[start-1] == '"' || b[start-1] == '\''; {
	case quote && (b[start-2] == '(' || b[start-2] == ',' || b[start-3] == ','):
		commands(f).command(b, start, cmdline.Call(b, start-1))
	case b[start-1] == ' ' || quote && b[start-2] == ' ':
		if _, word := lastWord(b[:start]); len(word) > 1 && has(subcommands, word) {
			commands(f).command(b, start, cmdline.Placed(b, start))
		}
	}
}

var (
	// signingIn are words behind which a name and a password may stand, signingWords what
	// may stand between.
	signingIn    = set("login logon logins signin log logging logged sign signing signed connect connects connecting connected authenticate authenticating authenticated auth user username account credentials credential creds using bind binding userid exp imp expdp impdp sqlldr sqlplus rman")
	signingWords = set("in on as with to by for of failed succeeded denied rejected ok error the account user")
)
