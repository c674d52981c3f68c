package session_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"syncscope/capture/cliout"
	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// leftOvers are what a text holds where a name or a clause of it is missing.
var leftOvers = map[string]*regexp.Regexp{
	"a name in braces": regexp.MustCompile(`\{[a-z_]+\}`), "two blanks in a sentence": regexp.MustCompile(`[a-z,;:.]  +[a-zA-Z]`),
	"a blank before a stop": regexp.MustCompile(` [.,;:](\s|$)`), "empty parentheses": regexp.MustCompile(`\(\)`), "a stop twice": regexp.MustCompile(`[a-z)]\.\.(\s|$)`),
}

// askedFor are words by which a text asks for a source, and what gives it.
var askedFor = map[string]string{
	"nslookup": "check-dns.txt", "openssl": "check-openssl.txt", "a longer ping": "check-ping.txt", cliout.Containers.String(): "docker-ps.txt", "API Tool Kit": "check-api-toolkit.txt",
}

// sentencesOf are a cause's sentences, without what hosts wrote.
func sentencesOf(f *checks.Finding) []string {
	out := append([]string{f.Title, f.Short, f.Next, f.Explanation, f.HowToTell}, f.CouldBe...)
	for _, s := range f.Fix {
		out = append(out, s.Do, s.Where, s.Impact)
	}
	return append(out, f.Missing...)
}

// misworded says what is wrong with the texts of a cause, of which some files were
// given.
func misworded(f *checks.Finding, given []string) (out []string) {
	if f.Explanation == "" || len(f.Fix) == 0 || f.Fix[0].Do != f.Next || f.Fix[0].Who != f.Owner {
		out = append(out, "nothing explained, or the fix does not begin with the Turn: "+f.Next)
	}
	for _, text := range sentencesOf(f) {
		for what, found := range leftOvers {
			if found.MatchString(text) {
				out = append(out, what+": "+text)
			}
		}
	}
	for _, text := range f.Missing {
		for word, file := range askedFor {
			for _, path := range given {
				if strings.Contains(text, word) && filepath.Base(path) == file {
					out = append(out, "asks for what is there: "+text)
				}
			}
		}
	}
	return out
}

// garbled says what a written report holds that no reader should see.
func garbled(t *testing.T, r report.Report) (out []string) {
	t.Helper()
	for _, name := range []string{"text", "markdown"} {
		write, err := report.Format(name)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := write(&b, r); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"{client}", "{target}", "{peer}", "{host}", "{path}", "{port}", "{proxy}", "{method}", "{raised}", " ()", "in question"} {
			if strings.Contains(b.String(), bad) {
				out = append(out, name+" holds "+bad)
			}
		}
	}
	return out
}

// No report of any case holds a template's left-overs, asks for what was given, or
// has another first step than its Turn.
func TestReportsReadWell(t *testing.T) {
	for _, folder := range caseFolders {
		truths, _ := filepath.Glob("../../../shared/" + folder + "/*/truth.json") // the pattern is well formed
		if len(truths) == 0 {
			t.Skipf("../shared/%s is not beside this checkout", folder)
		}
		for _, path := range truths {
			files := inputs(t, filepath.Dir(path))
			for _, given := range append([][]string{files}, each(files)...) {
				r, err := offline.Analyze(t.Context(), given, options(t))
				if err != nil {
					continue // alone it is nothing that is known
				}
				faults := garbled(t, r)
				if r.Diagnosis.RootCause != nil {
					faults = append(faults, misworded(r.Diagnosis.RootCause, given)...)
				}
				for _, fault := range faults {
					t.Errorf("%s of %s: %s", filepath.Base(given[0]), filepath.Dir(path), fault)
				}
			}
		}
	}
}

// each gives every file by itself.
func each(files []string) (out [][]string) {
	for _, f := range files {
		out = append(out, []string{f})
	}
	return out
}
