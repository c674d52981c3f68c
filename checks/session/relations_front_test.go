package session_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// borrowFile is a file of a case that others borrow lines from.
func borrowFile(name, of string) file {
	data, _ := os.ReadFile(filepath.Join("../../../shared/cases", name, of)) // the test skips where there are no cases
	return file{of, data}
}

// quietLines are the lines of a case in which no sync was tried.
var quietLines = sync.OnceValue(func() map[string][][]byte {
	out := map[string][][]byte{}
	for _, name := range []string{"vmanage-server.log", "messages"} {
		out[name] = splitLines(withNewline(bytes.TrimSpace(borrowFile("no-attempt", name).data)))
		out[name] = slices.DeleteFunc(out[name], func(l []byte) bool { return len(l) == 0 })
	}
	return out
})

// prependQuiet puts 10,000 lines without a sync in front of each log, one each
// second.
func prependQuiet(f *fault) []variant {
	return inFront(f, "10,000 quiet lines", isLog, func(x file, first time.Time) []byte {
		const n = 10_000
		name := "messages"
		if isManagerLog(x.name) {
			name = "vmanage-server.log"
		}
		quiet := quietLines()[name]
		var b bytes.Buffer
		for i := range n {
			at := first.Add(time.Duration(i-n)*time.Second - time.Minute)
			b.Write(mapStamps(quiet[i%len(quiet)], stampsOf(name), at.Year(), func(time.Time) time.Time { return at }))
		}
		return b.Bytes()
	})
}

// borrowed are the Manager's lines of two attempts, refused and successful.
var borrowed = sync.OnceValue(func() (out [][][]byte) {
	for _, name := range []string{"grant-not-found", "ok-tls12"} {
		var ls [][]byte
		for _, l := range splitLines(borrowFile(name, "vmanage-server.log").data) {
			if bytes.Contains(l, []byte("[SmartLicensing")) || bytes.Contains(l, []byte("[RestAPIClient]")) {
				ls = append(ls, l)
			}
		}
		out = append(out, ls)
	}
	return out
})

// prependAttempts puts 1,000 attempts in front of the Manager's log, one each
// ten minutes, refused and successful in turn.
func prependAttempts(f *fault) []variant {
	if !slices.ContainsFunc(f.files, func(x file) bool { return isManagerLog(x.name) && bytes.Contains(x.data, []byte("[SmartLicensing")) }) {
		return nil // the last of the 1,000 would be the last attempt
	}
	return inFront(f, "1,000 attempts", isManagerLog, func(_ file, first time.Time) []byte {
		const n = 1_000
		var b bytes.Buffer
		for i := range n {
			ls := borrowed()[i%2]
			at := first.Add(time.Duration(i-n) * 10 * time.Minute)
			was, _ := lineTime(ls[0], managerStamps, 0)
			for _, l := range ls {
				b.Write(mapStamps(l, managerStamps, 0, func(t time.Time) time.Time { return at.Add(t.Sub(was)) }))
			}
		}
		return b.Bytes()
	})
}

var (
	nodeShown = regexp.MustCompile(`^(\S+ \S+ [A-Z]+ [A-Z]+ +)\[([^\]]+)\]`)
	urlShown  = regexp.MustCompile(`clientUrl=[^,}\s]+`)
)

// inFront gives the case with lines in front of each log that has its usual
// stamps: one variant a log. They are told in the log's own zone, node and peer.
func inFront(f *fault, what string, of func(string) bool, front func(x file, first time.Time) []byte) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		first, ok := firstTime(x)
		if !ok || !of(x.name) {
			continue
		}
		out = append(out, variant{fmt.Sprintf("%s in front of %s", what, x.name), asText, func() []file {
			return replaceFile(all, i, slices.Concat(asIn(x, front(x, first)), x.data))
		}})
	}
	return out
}

// asIn gives borrowed lines of the Manager the zone, the node and the peer of
// the log that they are put into.
func asIn(x file, borrowed []byte) []byte {
	if !isManagerLog(x.name) {
		return borrowed
	}
	ls := splitLines(x.data)
	zone := firstMatch(ls, zoneShown, 2)
	node := firstMatch(ls, nodeShown, 2)
	if zone != nil {
		borrowed = regexp.MustCompile(`(?m)^(\S+ \S+) [A-Z]{3,4} `).ReplaceAll(borrowed, slices.Concat([]byte("$1 "), zone, []byte(" ")))
	}
	if node != nil {
		borrowed = regexp.MustCompile(`(?m)`+nodeShown.String()).ReplaceAll(borrowed, slices.Concat([]byte("${1}["), node, []byte("]")))
	}
	if url := urlShown.Find(x.data); url != nil {
		borrowed = urlShown.ReplaceAll(borrowed, url)
	}
	return borrowed
}

func firstMatch(ls [][]byte, at *regexp.Regexp, group int) []byte {
	for _, l := range ls {
		if m := at.FindSubmatch(l); m != nil {
			return m[group]
		}
	}
	return nil
}
