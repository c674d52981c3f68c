package checks

import "syncscope/capture/event"

// Members are the lines and packets that an attempt was assembled from. A
// connection stands by its first packet.
type Members struct {
	Manager     []event.Ref
	SignIn      []event.Ref // requests for a token, as the SSM logged them
	Refused     []event.Ref // upstreams that nginx tried in vain for them
	API         []event.Ref // requests with the token
	Connections []event.Ref
}
