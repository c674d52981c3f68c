package session_test

var (
	sameAnswer = terms{exact: true}
	// Earlier attempts are listed too. Another client's requests are listed today
	// as if they were attempts: a relation of its own counts that, so that it does
	// not hide what they do to the case's own attempts.
	sameOfThese = terms{exact: true, adds: true}
	sameOrLess  = terms{adds: true}
	sameInOrder = terms{exact: true, moving: true}
	less        = terms{}
)

// relations is the table of what has to hold, over every case. Each relation
// that tries positions of a file tries every one of a short file, and perFile,
// or half as many, of a longer one.
var relations = []relation{
	{"the same input again", 1, sameAnswer, 40, again},
	{"others' requests beside the Manager's log", 1, sameOfThese, 60, othersBeside(asText)},
	{"others' requests listed as no attempt", 1, sameAnswer, 40, othersBeside(asText)},
	{"others' requests in the SSM's log alone", 1, sameOrLess, 60, othersBeside(ssmAlone)},
	{"files in any order", 1, sameAnswer, 60, anyOrder},
	{"a log rotated at any line", 1, sameAnswer, 60, rotated},
	{"glued to one file", 1, sameAnswer, 60, glued},
	{"pasted twice", 1, sameAnswer, 60, twice},
	{"another password, secret or client ID", 1, sameAnswer, 100, otherValues},
	{"10,000 quiet lines in front", 1, sameAnswer, 12, quietInFront},
	{"1,000 earlier attempts in front", 1, sameOfThese, 6, attemptsInFront},
	{"one host's clock off", 1, sameInOrder, 60, clockShifted},
	{"another zone's letters", 1, sameInOrder, 60, otherZones},
	{"one line left out", 0.97, less, 100, lineOut},
	{"one packet left out", 0.97, less, 100, packetOut},
	{"one file left out", 0, less, 60, fileOut},
	{"one direction left out", 0, less, 60, oneDirection},
	{"snap length 96 to 1500", 0.90, less, 60, snaps(96, 128, 160, 200, 256, 400, 512, 700, 1000, 1300, 1500)},
	{"snap length 54 to 95", 0, less, 60, snaps(54, 60, 64, 66, 68, 72, 80, 90, 95)},
	{"a capture begun late", 0, less, 60, begunLate},
	{"lines cut at a column", 0, less, 60, cut},
	{"lines wrapped at a column", 0, less, 60, wrapped},
	{"fewer bytes of the same packets", 0, less, 60, fewerBytes},
}
