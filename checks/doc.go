// Package checks is the vocabulary of a diagnosis: stages, attempts, findings,
// verdicts, clocks and runbooks.
//
// What comes in: nothing but embedded data. What goes out: types that the steps
// below it share. rule loads the signatures, diagnose judges, view is what a
// front end is told, probe asks hosts, report writes, session is one run. It is
// pure: no I/O beyond embedded data, no clock of its own.
package checks
