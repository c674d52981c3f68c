package terminal

import tea "charm.land/bubbletea/v2"

// OnSuspend: this system does not stop programs.
func OnSuspend(*tea.Program) (stop func()) { return func() {} }

// Suspend is what ctrl+z does.
func Suspend() tea.Msg { return CannotSuspend{"this system cannot suspend a program"} }
