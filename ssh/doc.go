// Package ssh holds the words of one host: targets, what a person may be asked,
// and the errors of everything below it. It makes no connection.
//
// What comes in: targets as a person types them (USER@HOST). What goes out:
// Target, the Prompter that asks a person, and errors of one line that say what
// to do. The steps are the packages below: login gets a connection, shell runs
// commands, follow reads logs, audit keeps the account, profile remembers.
//
// Terminal owns the goroutine that reads an answer from the controlling
// terminal; it ends with the answer or with the terminal.
package ssh
