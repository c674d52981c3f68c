package tui

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/redact"
	"syncscope/checks/view"
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
		{"detail-packet-120x40", Options{}, 120, 40, []string{"5", "v"}},
		{"stage-200x60", Options{}, 200, 60, []string{"]", "]", "]", "]"}},
		{"stage-evidence-80x24", Options{}, 80, 24, []string{"]", "]", "]", "]", "enter"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := screen(t, tt.o, tt.w, tt.h, replayed(t, false), tt.keys...)
			golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
		})
	}
}

// certified is the recorded attempt where packets are captured whole: the SSM
// shows its certificates.
func certified(t *testing.T) view.Update {
	u := replayed(t, false)
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for _, ev := range u.Events {
		s, ok := ev.(event.Segment)
		if !ok || s.Label != handshake.LabelServerHello {
			continue
		}
		g := redact.New()
		leaf := handshake.Certificate{
			Subject: g.Foreign("CN=ssm.corp.example,O=Example"), Issuer: g.Foreign("CN=Example Issuing CA 2,O=Example"), NotBefore: day(2025, 10, 1), NotAfter: day(2026, 11, 1),
			SAN: []redact.Text{g.Foreign("ssm.corp.example"), g.Foreign("172.20.85.137")}, Key: "RSA 2048", Hash: "5f0c7d1e9a1b4c6d8e2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f",
		}
		ca := handshake.Certificate{
			Subject: g.Foreign("CN=Example Issuing CA 2,O=Example"), Issuer: g.Foreign("CN=Example Root CA,O=Example"), NotBefore: day(2020, 1, 1), NotAfter: day(2030, 1, 1),
			Key: "ECDSA P-384", CA: true, Hash: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		}
		u.Events = append(u.Events, event.Certificate{Meta: s.Meta, Conn: s.Conn, Chain: handshake.Chain{Certificates: []handshake.Certificate{leaf, ca}, Ordered: true}})
		return u
	}
	t.Fatal("no Server Hello was recorded")
	return u
}

// compared is an attempt that failed and one that went well after it, which the
// run itself does not compare.
func compared(t *testing.T) view.Update {
	u := fixed(t)
	u.Comparison = nil
	return u
}

func TestGoldenCloser(t *testing.T) {
	demo := replayed(t, false)
	checkFrames(t, []frameCase{
		{"certificate", Options{}, 120, 40, certified(t), []string{"v"}},
		{"certificate", Options{}, 80, 24, certified(t), []string{"v"}},
		{"certificate-sequence", Options{}, 120, 40, certified(t), []string{"s"}},
		{"before", Options{}, 120, 40, compared(t), []string{"(", "b"}},
		{"before-after", Options{}, 120, 40, compared(t), []string{"(", "b", ")"}},
		{"before-after", Options{}, 80, 24, compared(t), []string{"(", "b", ")", "tab", "tab", "tab"}},
		{"before-lifted", Options{}, 120, 40, compared(t), []string{"(", "b", ")", "b"}},
		{"mouse-on", Options{}, 80, 24, demo, []string{"M"}},
		{"no-copy", Options{}, 80, 24, demo, []string{"t", "y"}},
	})
	m := screen(t, Options{}, 80, 24, demo, "tab", "e", "m", "e", "m", "y")
	m.Update(copiedMsg(filepath.Join(xdg.Home, ".local/state/syncscope/copies/20261124-110000-1234567890.txt")))
	t.Run("copied-80x24", func(t *testing.T) { golden.RequireEqual(t, bare(m)+"\n") })
}

// An attempt that one goes back to is shown with its own cause and evidence, and
// the run's own comparison is of no concern to it.
func TestEarlierAttemptsKeepTheirCause(t *testing.T) {
	m := screen(t, Options{}, 120, 40, fixed(t), "(")
	if text := bare(m); !strings.Contains(text, "The SSM refuses the sign-in") || strings.Contains(text, "before and after") {
		t.Error(text)
	}
	press(m, "1")
	if m.panes.focus != managerPane {
		t.Errorf("its evidence leads nowhere: %q", m.flash)
	}
	press(m, ")")
	if text := bare(m); !strings.Contains(text, "The last sync attempt succeeded") || !strings.Contains(text, "before and after") {
		t.Error(text)
	}
}
