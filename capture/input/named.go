package input

import "bytes"

// What files are that hold no text, or hold it in a form that is not read here.
var names = []struct {
	magic      string
	what, hint string
}{
	{"{\\rtf1", "is a document in RTF", "open it and save it as plain text"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a document of an old Word, Excel or Outlook", "open it and save it as plain text"},
	{"%PDF-", "is a PDF", "copy the text out of it, or give the log itself"},
	{"\x89PNG\r\n", "is a picture", "text in pictures is not read: give the log itself"},
	{"\xff\xd8\xff", "is a photograph", "text in pictures is not read: give the log itself"},
	{"GIF8", "is a picture", "text in pictures is not read: give the log itself"},
	{"BM", "is a picture", "text in pictures is not read: give the log itself"},
	{"II*\x00", "is a picture", "text in pictures is not read: give the log itself"},
	{"\x00\x00\x00\x18ftyp", "is a video or a photograph", "text in pictures is not read: give the log itself"},
	{"\x00\x00\x00\x20ftyp", "is a video or a photograph", "text in pictures is not read: give the log itself"},
	{"RIFF", "is a picture or a sound", "text in pictures is not read: give the log itself"},
	{"snoop\x00\x00\x00", "is a capture of snoop", "convert it: editcap FILE OUT.pcap"},
	{"RTSS", "is a capture of NetMon", "convert it: editcap FILE OUT.pcap"},
	{"GMBU", "is a capture of NetMon", "convert it: editcap FILE OUT.pcap"},
	{"\x13\x00\x00\x00", "is a trace of Windows", "convert it: etl2pcapng FILE OUT.pcapng"},
	{"\x7fELF", "is a program", "give the log itself"},
	{"MZ", "is a program", "give the log itself"},
	{"SQLite format 3\x00", "is a database", "export what it holds as text"},
	{"ElfFile\x00", "is an event log of Windows", "export it as text"},
	{"LPKSHHRH", "is a journal of systemd", "export it: journalctl --file FILE"},
	{"-----BEGIN PGP MESSAGE", "is encrypted", "decrypt it first"},
	{"Salted__", "is encrypted", "decrypt it first"},
}

// Named tells what bytes are that cannot be read as text, and what to do; empty:
// they may be text.
func Named(head []byte) (what, hint string) {
	for _, n := range names {
		if !bytes.HasPrefix(head, []byte(n.magic)) {
			continue
		}
		if len(n.magic) <= 4 && !control(head) { // a few letters may begin a text too
			continue
		}
		return n.what, n.hint
	}
	return "", ""
}

// control reports whether bytes hold characters that no text does.
func control(head []byte) bool {
	for _, c := range head[:min(len(head), 512)] {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\b' && c != 0x1b && c != 7 {
			return true
		}
	}
	return false
}
