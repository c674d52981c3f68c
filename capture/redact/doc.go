// Package redact is the one gate between foreign bytes and everything that
// shows or stores them.
//
// What comes in: bytes of a remote host or a file (Raw). What goes out: Text,
// in which secrets are tokens and every other byte is a graphic rune, a blank
// or a tab. Nothing is deleted: a byte that cannot be shown gets a visible
// stand-in.
//
// A token is the kind and 40 bits of an HMAC-SHA256 over kind and value, with
// a key that only this run's memory holds: equal values give equal tokens in
// all streams, and tokens of two runs cannot be compared.
//
// # How a line passes
//
//	Raw ── Stream: the line without its frame, and what the lines before left open:
//	│      a key, a value, a table's head, a PEM block, the rows of a dump
//	├───── prefilter: two bytes at a time, where something may begin at all
//	├───── finder.look: names and the values they bind (keyed, namevalue, prose,
//	│      tables), shapes and command lines (unnamed), in the line as it stands and
//	│      in what its escapes and its numbers say (view, encoded): spans
//	├───── Session.learn: each value is known from now on, unless it is a word
//	├───── dictionary.search: every known value, whole, in each of its spellings, and
//	│      what a cut left of one: more spans
//	└───── emit: tokens in the spans' place, the rest sanitised: Text
//
// The names are data: keys.txt, script/foreign.txt, cmdline/commands.txt,
// cmdline/protocols.txt.
//
// # What is promised, and which test holds it
//
//   - A value that a key or a shape gives away is masked, whole, wrapped at
//     whatever width or cut wherever: TestNothingLeaks, TestShapes, TestRedactionShapes,
//     TestFurtherShapes, TestShortValues, TestGrammar, TestWrappedAndCutLinesDoNotLeak,
//     TestBrokenLinesDoNotLeak,
//     TestDumpsOfSeenValues, TestNarrowPages.
//   - A value once seen is masked everywhere: TestSeenValuesAreMaskedEverywhere,
//     TestOneTokenForOneValue, TestTypedIsKnown, TestMentionedLater,
//     TestLongValuesAreKnown, FuzzSecret.
//   - A mask tells nothing: TestMaskIsNoOracle, TestWordsAreNotLearnt.
//   - The bytes may come in any pieces: TestSplitsLeakNothing in capture.
//   - What looks like a token hides nothing but itself: TestImitatedTokensHideNothing.
//   - Little else is touched: TestLittleElseIsTouched, TestEvidenceIsKept,
//     TestOrdinaryLinesStay.
//   - Only graphic runes and tabs are left, and all that was visible:
//     TestSanitiserOnHostileStrings, TestSanitiserOnRandomStrings, FuzzSanitise.
//   - Nobody else reads a Raw or makes a Text: TestRawStaysBelowTheGate.
//   - Time is linear in the line, however hostile: TestHostileLinesAreLinear.
//   - What is looked at in great steps skips nothing: TestFastAndSlowFindTheSame,
//     TestSampleAsSingleSteps, TestCharsOfAsAllCharacters, FuzzScan.
//
// # What is not promised
//
//   - A secret in prose ("the secret is …") that has no digit and no sign, and that
//     no key gave away elsewhere; without an "is", one below eight characters, and
//     below twelve behind a key that is no password's in a line with delimiters.
//   - What only a block's name or a table's habit makes a secret: [credentials],
//     user:password lists, INSERT without columns into
//     a table that is not named for accounts, clients, tokens and the like.
//   - What a command prints that names no secret, or prints after more than one line.
//   - Programs that take a password at a place without a flag, but for those of
//     cmdline/commands.txt and those whose own name has a secret's in it (set_password).
//   - On a page that breaks lines at blanks: a value that stands before what names it, or
//     not first on its line; any below 36 columns.
//   - Within a line: what "password: expected: …" gives, and the value of a cookie's printed
//     fields ([name=…,value=…]) where another name and its = follow.
//   - A key of which a sign stands for a letter (passw0rd); INSERT … SELECT.
//   - Live, what was shown before its key was seen: Shown hides it from then on.
//   - A password below six characters away from its key, and one that is an
//     ordinary word or phrase; behind its key, what a program says of it
//     ("expired", "is too short"), unless it was sent in a query.
//   - More values than the dictionary has room for (Forgotten counts them):
//     they are masked at their keys.
//   - A part of a value away from where text can be cut, and a part without a
//     digit or a sign.
package redact
