// Package audit keeps the account of what a session sends to hosts, and the
// journal of what it starts there.
//
// What comes in: a Record for each thing that is about to be sent, and a Run for
// each process that is about to start. What goes out: files of JSON lines, each
// on the disk before what it tells of happens, and their verification. An Audit
// and a Journal may be used by several goroutines at once; whoever opened an
// Audit closes it, which seals it.
package audit
