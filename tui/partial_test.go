package tui

import (
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/event"
	"syncscope/checks/view"
	keymap "syncscope/tui/keys"
)

// partialUpdates are updates of which a part is missing, empty or beside the
// others: each top-level field by itself, lists of empty things, wrong indexes.
func partialUpdates(t *testing.T) map[string]view.Update {
	whole := fixed(t)
	out := map[string]view.Update{"nothing": {}, "nothing shown": {Shown: -1}, "whole": whole}
	typ := reflect.TypeOf(whole)
	for i := range typ.NumField() {
		u := whole
		f := reflect.ValueOf(&u).Elem().Field(i)
		f.SetZero()
		out["without "+typ.Field(i).Name] = u
		switch f.Kind() {
		case reflect.Slice:
			u.Events = append([]event.Event(nil), u.Events...)
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
			if f.Type().Elem().Kind() != reflect.Interface {
				out["empty "+typ.Field(i).Name] = u
			}
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
			out["empty "+typ.Field(i).Name] = u
		}
	}
	for _, shown := range []int{-7, len(whole.Attempts), 99} {
		u := whole
		u.Shown = shown
		out["shown beside the attempts"] = u
	}
	u := whole
	u.Each = u.Each[:min(1, len(u.Each))]
	out["fewer verdicts than attempts"] = u
	return out
}

// Every key on every partial update, and enter on what it opened: no panic.
func TestEveryKeyOnPartialUpdates(t *testing.T) {
	keys := map[string]tea.KeyPressMsg{"f2": {Code: tea.KeyF2}, "f5": {Code: tea.KeyF5}}
	press := func(m *Model, k string) {
		msg, ok := keys[k]
		if !ok {
			if msg, ok = named[k]; !ok {
				msg = pressedKey(k)
				if len(k) > 5 && k[:5] == "ctrl+" {
					msg = tea.KeyPressMsg{Code: rune(k[5]), Mod: tea.ModCtrl}
				}
			}
		}
		m.Update(msg)
		_ = m.View()
	}
	for name, u := range partialUpdates(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quiet := u // the events once
			quiet.Events = nil
			for first, size := range map[string]tea.WindowSizeMsg{"": {Width: 200, Height: 60}, "V": {Width: 60, Height: 15}} {
				m := New(Options{})
				m.Update(size)
				m.Update(updateMsg{u: u, ok: true})
				if first != "" {
					press(m, first)
				}
				for _, b := range keymap.Map {
					for _, row := range b.Keys {
						for _, k := range row.Keys {
							press(m, k)
							m.Update(updateMsg{u: quiet, ok: true})
							press(m, "enter")
							_ = m.picture().foot()
							_ = m.picture().copied()
							press(m, "esc")
							press(m, "esc")
						}
					}
				}
			}
		})
	}
}
