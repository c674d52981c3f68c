package offline

// SetOnceFrom sets the size from which a listing is read once; what it gives
// sets it back.
func SetOnceFrom(n int64) func() {
	was := onceFrom
	onceFrom = n
	return func() { onceFrom = was }
}
