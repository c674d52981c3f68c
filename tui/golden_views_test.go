package tui

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

func TestGoldenViews(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Options
		w, h int
		keys []string
	}{
		{"timeline-200x60", Options{}, 200, 60, []string{"t"}},
		{"timeline-120x40", Options{}, 120, 40, []string{"t"}},
		{"timeline-80x24", Options{}, 80, 24, []string{"t"}},
		{"timeline-ascii-80x24", Options{ASCII: true}, 80, 24, []string{"t"}},
		{"sequence-160x45", Options{}, 160, 45, []string{"s"}},
		{"sequence-80x24", Options{}, 80, 24, []string{"s"}},
		{"detail-log-120x40", Options{}, 120, 40, []string{"tab", "e", "v"}},
		{"detail-packet-120x40", Options{}, 120, 40, []string{"2", "v"}},
		{"stage-200x60", Options{}, 200, 60, []string{"]", "]", "]", "]"}},
		{"stage-evidence-80x24", Options{}, 80, 24, []string{"]", "]", "]", "]", "enter"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := screen(t, tt.o, tt.w, tt.h, replayed(t, false), tt.keys...)
			golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
		})
	}
}
