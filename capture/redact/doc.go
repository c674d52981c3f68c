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
//	Raw ── Stream: what the lines before left open (a key, a value, a PEM
//	│      block, the rows of a dump)
//	├───── finder.look: keys and shapes, in the line as it stands and in what
//	│      its escapes say (view), up to four deep: spans
//	├───── Session.learn: each value is known from now on
//	├───── dictionary.search: every part of eight bytes of every known value,
//	│      in each of its spellings: more spans
//	└───── emit: tokens in the spans' place, the rest sanitised: Text
//
// # What is promised, and which test holds it
//
//   - A value that a key or a shape gives away is masked, whole, wrapped at
//     whatever width or cut wherever: TestNothingLeaks, TestShapes,
//     TestWrappedAndCutLinesDoNotLeak, TestDumpsOfSeenValues.
//   - A value once seen is masked everywhere, down to eight of its characters:
//     TestSeenValuesAreMaskedEverywhere, TestOneTokenForOneValue, FuzzSecret.
//   - The bytes may come in any pieces: TestSplitsLeakNothing in capture.
//   - What looks like a token hides nothing but itself: TestImitatedTokensHideNothing.
//   - Little else is touched: TestLittleElseIsTouched, TestEvidenceIsKept.
//   - Only graphic runes and tabs are left, and all that was visible:
//     TestSanitiserOnHostileStrings, TestSanitiserOnRandomStrings, FuzzSanitise.
//   - Nobody else reads a Raw or makes a Text: TestRawStaysBelowTheGate.
//   - Time is linear in the line, however hostile: TestHostileLinesAreLinear.
//   - The look at eight bytes at once skips nothing: TestFastAndSlowFindTheSame, FuzzScan.
//
// # What is not promised
//
//   - A secret in prose ("the secret is …") that does not look machine-made, or
//     is shorter than twelve characters, and that no key gave away elsewhere.
//   - Live, what was shown before its key was seen: Mask hides it from then on.
//   - A password below six characters away from its key, and one that is a word
//     of the logs themselves.
//   - More values than the dictionary has room for (Forgotten counts them):
//     they are masked at their keys.
//   - Fewer than eight characters of a value in a row.
package redact
