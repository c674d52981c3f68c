// Command screenshot turns a terminal's frame into an SVG picture.
//
// What comes in: the frame with its colours, as `tmux capture-pane -e -p`
// prints it, on standard input. What goes out: SVG on standard output.
package main

import (
	"bufio"
	"fmt"
	"html"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Sizes of a cell and of the picture's edge, in SVG units.
const (
	cellW, cellH = 8.4, 18
	edge         = 14
)

// style is what SGR sequences have set.
type style struct {
	fg, bg        string
	bold, reverse bool
}

func main() {
	var lines []string
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		lines = append(lines, in.Text())
	}
	width := 0
	for _, l := range lines {
		width = max(width, ansi.StringWidth(l))
	}
	w, h := float64(width)*cellW+2*edge, float64(len(lines))*cellH+2*edge
	fmt.Printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14">`+"\n", w, h)
	fmt.Printf(`<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>` + "\n")
	var s style
	for y, l := range lines {
		s = line(l, float64(y)*cellH+edge, s)
	}
	fmt.Println("</svg>")
}

// line draws one line and gives the style that goes on behind it.
func line(l string, y float64, s style) style {
	x := 0
	for l != "" {
		if rest, ok := strings.CutPrefix(l, "\x1b["); ok {
			end := strings.IndexByte(rest, 'm')
			if end < 0 {
				return s
			}
			s = s.set(rest[:end])
			l = rest[end+1:]
			continue
		}
		end := strings.IndexByte(l, 0x1b)
		if end < 0 {
			end = len(l)
		}
		run(l[:end], x, y, s)
		x += ansi.StringWidth(l[:end])
		l = l[end:]
		if end == 0 { // another escape sequence: tmux sends none
			return s
		}
	}
	return s
}

func run(text string, x int, y float64, s style) {
	fg, bg := s.fg, s.bg
	if fg == "" {
		fg = "#c9d1d9"
	}
	if s.reverse {
		fg, bg = "#0d1117", fg
	}
	left, width := float64(x)*cellW+edge, float64(ansi.StringWidth(text))*cellW
	if bg != "" {
		fmt.Printf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>`+"\n", left, y, width, cellH, bg)
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	weight := ""
	if s.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Printf(`<text x="%.1f" y="%.1f" fill="%s"%s xml:space="preserve" textLength="%.1f">%s</text>`+"\n", left, y+cellH-4.5, fg, weight, width, html.EscapeString(text))
}

// set applies the numbers of one SGR sequence.
func (s style) set(codes string) style {
	f := strings.FieldsFunc(codes, func(r rune) bool { return r == ';' || r == ':' })
	if len(f) == 0 {
		return style{}
	}
	for i := 0; i < len(f); i++ {
		switch n, _ := strconv.Atoi(f[i]); {
		case n == 0:
			s = style{}
		case n == 1:
			s.bold = true
		case n == 7:
			s.reverse = true
		case n == 22:
			s.bold = false
		case n == 39:
			s.fg = ""
		case n == 49:
			s.bg = ""
		case (n == 38 || n == 48) && i+4 < len(f) && f[i+1] == "2":
			c := "#" + hex(f[i+2]) + hex(f[i+3]) + hex(f[i+4])
			if n == 38 {
				s.fg = c
			} else {
				s.bg = c
			}
			i += 4
		}
	}
	return s
}

func hex(n string) string {
	v, _ := strconv.Atoi(n)
	return fmt.Sprintf("%02x", v&255)
}
