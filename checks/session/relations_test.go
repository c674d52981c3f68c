package session_test

var (
	exactly = terms{exact: true}
	// Earlier attempts are listed too. Another client's requests are listed today
	// as if they were attempts: a relation of its own counts that, so that it does
	// not hide what they do to the case's own attempts.
	exactlyThese   = terms{exact: true, adds: true}
	addedOrLess    = terms{adds: true}
	exactlyInOrder = terms{exact: true, moving: true}
	orLess         = terms{}
)

// relations is the table of what has to hold, over every case. Each relation
// that tries positions of a file tries every one of a short file, and perFile,
// or half as many, of a longer one.
var relations = []relation{
	{"the same input again", 1, exactly, 40, unchanged},
	{"a client that writes the rules' words", 1, exactlyThese, 80, poison},
	{"others' requests beside the Manager's log", 1, exactlyThese, 60, addOthers(asText)},
	{"others' requests listed as no attempt", 1, exactly, 40, addOthers(asText)},
	{"others' requests in the SSM's log alone", 1, addedOrLess, 60, addOthers(ssmAlone)},
	{"files in any order", 1, exactly, 60, shuffleFiles},
	{"a log rotated at any line", 1, exactly, 60, rotateLogs},
	{"glued to one file", 1, exactly, 60, glueFiles},
	{"pasted twice", 1, exactly, 60, pasteTwice},
	{"another password, secret or client ID", 1, exactly, 100, changeValues},
	{"10,000 quiet lines in front", 1, exactly, 12, prependQuiet},
	{"1,000 earlier attempts in front", 1, exactlyThese, 6, prependAttempts},
	{"one host's clock off, a pair in both logs", 1, exactlyInOrder, 60, shiftPaired},
	{"one host's clock off, nothing in both logs", 0, terms{moving: true}, 60, shiftAlone},
	{"another zone's letters", 1, exactlyInOrder, 60, changeZone},
	{"one line left out", 0.97, orLess, 100, dropLine},
	{"one packet left out", 0.97, orLess, 100, dropPacket},
	{"packets dropped by the kernel", 0, orLess, 40, kernelDrops},
	{"lines dropped by the log daemon", 0, orLess, 40, daemonDrops},
	{"one file left out", 0, orLess, 60, dropFile},
	{"one direction left out", 0, orLess, 60, dropDirection},
	{"snap length 96 to 1500", 0.90, orLess, 60, snapLengths(96, 128, 160, 200, 256, 400, 512, 700, 1000, 1300, 1500)},
	{"snap length 54 to 95", 0, orLess, 60, snapLengths(54, 60, 64, 66, 68, 72, 80, 90, 95)},
	{"a capture begun late", 0, orLess, 60, startLate},
	{"lines cut at a column", 0, orLess, 60, cutLines},
	{"lines wrapped at a column", 0, orLess, 60, wrapLines},
	{"hard wraps at 72 to 200 columns", 0.95, orLess, 60, hardWraps},
	{"UTF-16", 1, exactly, 40, asUTF16},
	{"the page's words beside the logs", 1, exactly, 40, pageBeside},
	{"newest first", 1, exactly, 40, newestFirst},
	{"something in front of every line", 1, exactly, 60, dressed},
	{"the SSM's lines in another envelope", 1, exactlyInOrder, 60, enveloped},
	{"the Manager's lines in an envelope", 1, exactly, 40, relayedManager},
	{"a log in JSON", 1, exactly, 40, inJSON},
	{"fewer bytes of the same packets", 0, orLess, 60, fewerBytes},
}
