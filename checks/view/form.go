package view

// The fields of the connection form, which asks for what `live` takes as flags.
const (
	FormManagers = iota
	FormSSM
	FormPeer
	FormJump
	FormInterface
	FormVPN
	FormSince
	FormProfile
	FormPrivacy // Yes or ""
	FormShared  // Yes or ""
	FormFields
)

// Yes is a field of two states that is on.
const Yes = "yes"

// Fields is a text for each field of the form.
type Fields [FormFields]string

// Offer is what the form offers to whoever fills it in.
type Offer struct {
	Names  [FormFields][]string // what each field may be completed to, best first
	Recent []Fields             // hosts of earlier runs, the last one first
}
