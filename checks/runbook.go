package checks

import (
	"io/fs"
	"path"
	"strings"

	"syncscope/assets"
)

// CanWait is what Cisco's documents say of whether a sync can wait, with their names,
// in the language, else in English. It is a citation, and no finding.
func CanWait(lang string) string {
	for _, l := range []string{lang, "en"} {
		if data, err := fs.ReadFile(assets.FS, runbookPath(l, "wait")); err == nil {
			return strings.TrimSpace(string(data))
		}
	}
	return ""
}

// Runbook is the page for a root cause in the language, else in English. It ends with
// whether that can wait; one whose commands are masked, with what defines that.
func Runbook(lang, id string) (string, bool) {
	for _, l := range []string{lang, "en"} {
		data, err := fs.ReadFile(assets.FS, runbookPath(l, id))
		if err != nil {
			continue
		}
		page := string(data) + "\n---\n\n" + CanWait(l) + "\n"
		if strings.Contains(page, MaskStage) {
			how, err := fs.ReadFile(assets.FS, runbookPath(l, "mask"))
			page += "\n---\n\n" + string(how) + "\n    " + strings.ReplaceAll(MaskCommand, "\n", "\n    ") + "\n"
			return page, err == nil
		}
		return page, true
	}
	return "", false
}

// HasRunbook reports whether there is a page for a root cause, without reading it.
func HasRunbook(id string) bool {
	_, err := fs.Stat(assets.FS, runbookPath("en", id))
	return err == nil
}

func runbookPath(lang, id string) string { return path.Join("runbooks", lang, id+".md") }
