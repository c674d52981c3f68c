// Package ask writes the message to the one whose turn it may be: ten lines at
// most, for mail or chat, that stand by themselves.
//
// What comes in: a Report, a Recipient and a language. What goes out: the lines,
// as text. What is asked, how it is looked up and what each outcome means are data:
// assets/ask/questions.json has each question with the step that it stands for, the
// causes that it settles, and the conditions (condition.go) that it, its clauses and
// its command need; assets/ask/<language>.json has the words. Nobody is asked for what
// was given, and of a cause that is certain nobody who has no step of its own. Commands
// print fields that they name, never whole lines of a log: no secret can be among them.
// Nothing runs here, and nobody owns a goroutine.
package ask
