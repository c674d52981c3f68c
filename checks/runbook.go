package checks

import (
	"io/fs"
	"net"
	"net/netip"
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

// Place is what a run knows of the place that a runbook is about; empty: not
// known.
type Place struct {
	Peer           string // the SSM as the Manager calls it, HOST:PORT
	Interface, VPN string // where the Manager's traffic to it leaves
	User           string // who the Manager signs in as, as it may be shown
}

// Fill puts what a run knows into a runbook, so that its commands can be pasted.
// What is not known stays as it is written.
func Fill(page string, at Place) string {
	var pairs []string
	if host, port, err := net.SplitHostPort(at.Peer); err == nil && host != "" && port != "" {
		pairs = append(pairs, "<ssm>:8443", at.Peer, "<ssm>:<port>", at.Peer, "<ssm>", host, "<port>", port, "port 8443", "port "+port)
		if _, err := netip.ParseAddr(host); err != nil {
			pairs = append(pairs, "<name>:8443", at.Peer, "<name>:<port>", at.Peer, "<name>", host)
		} else {
			pairs = append(pairs, "<name>:8443", "<name>:"+port, "<name>:<port>", "<name>:"+port)
		}
	}
	if at.Interface != "" && at.VPN != "" {
		pairs = append(pairs, "vpn 0 interface eth0", "vpn "+at.VPN+" interface "+at.Interface)
	}
	if at.User != "" {
		pairs = append(pairs, "<user>", at.User)
	}
	return strings.NewReplacer(pairs...).Replace(page)
}

// HasRunbook reports whether there is a page for a root cause, without reading it.
func HasRunbook(id string) bool {
	_, err := fs.Stat(assets.FS, runbookPath("en", id))
	return err == nil
}

func runbookPath(lang, id string) string { return path.Join("runbooks", lang, id+".md") }
