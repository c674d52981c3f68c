// Package input undoes what editors, mails, chats, terminals and collectors do to
// a text before somebody pastes or exports it.
//
// What comes in: the bytes of a file, and Known, which tells what begins a record
// of a log or a listing. What goes out: the same text in UTF-8, one record on each
// line, without what was put around it; and Repairs, which counts what was done in
// words that are safe to show. A text that needs nothing is handed back as it came:
// of one that is longer than maxHead, how its lines begin is looked at as it comes by,
// and it is repaired from where that calls for it (see watch).
//
// Line numbers stay those of the file as given. Where rows were joined, a line
// Joined stands for each one that is gone; where a line was cut in several, the
// later ones begin with Piece. Whoever counts lines drops both (see Number).
//
// The text is repaired in blocks of whole lines, so that memory is bounded; a line
// that is longer than any record loses its end. The steps, in their order:
//
//	bytes ─ encoding ─ escapes ─ mail ─ page ─ glyphs ─ panes ─ journal ─ records ─ tabs ─ dress ─ rows ─ lines
//
// To add a repair, write a step over lines and name it in steps and in Repairs.
package input
