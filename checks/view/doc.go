// Package view is what a front end is told and may ask.
//
// What comes in: the diagnosis, the sources and the state of the logins, as a
// session merges them. What goes out: an Update, which a screen draws and which
// plain lines are printed from, the form's fields, and what is missing for a
// firm verdict. It has no goroutines and does no I/O.
package view
