// Package keys is the key map: which key is for what, where it is of use, and in
// which words the help, the footer and the palette say so. It is data: what an
// action does is the screen's.
//
// What comes in: a key's name, a State. What goes out: rows of the map.
package keys
