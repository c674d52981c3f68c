// Package rule loads the failure signatures, refuses those that could never be
// right, and matches them with events.
//
// What comes in: YAML of assets/rules and of packs, and the names of the facts
// that a rule may ask for. What goes out: Rules, and an Error with file, line
// and reason for what is wrong; a Set of them, which finds in lines and outputs
// what they ask for. It knows no fact itself.
//
// To add a field that rules may match: the field in Match, its comparison in
// match.go, its check in rule.go.
package rule
