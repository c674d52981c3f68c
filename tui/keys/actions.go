package keys

// Action is what a key is for. What it does is the screen's.
type Action uint8

// The actions, in the order of the help. GoToTime has no key: the palette has it.
const (
	None Action = iota
	GoToTime
	NextPane
	PreviousPane
	Up
	Down
	PageUp
	PageDown
	HalfUp
	HalfDown
	Right
	Left
	Oldest
	Newest
	PauseAll
	Pause
	NextError
	PreviousError
	NextWarning
	PreviousWarning
	Search
	NextMatch
	PreviousMatch
	Filter
	DisplayFilter
	DisplayFilterAll
	Context
	Mark
	NextMark
	PreviousMark
	Deltas
	Clock
	Time
	TimeLock
	Raw
	Wrap
	Escape
	Flood
	Evidence
	Enter
	PlayFix
	Checks
	Detail
	Copy
	Message
	Reveal
	Sequence
	Timeline
	NextStage
	PreviousStage
	CompareWith
	EarlierAttempt
	LaterAttempt
	Retry
	Zoom
	Present
	Mouse
	Names
	Commands
	Help
	Back
	Redraw
	Close
	Quit
	Suspend
)
