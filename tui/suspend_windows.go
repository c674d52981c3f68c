package tui

import tea "charm.land/bubbletea/v2"

// onSuspend: this system does not stop programs.
func onSuspend(*tea.Program) (stop func()) { return func() {} }

func suspend() tea.Msg { return flashMsg("this system cannot suspend a program") }
