package offline

// SetOnceFrom sets the size from which a listing is read once; what it gives
// sets it back.
func SetOnceFrom(n int64) func() {
	was := onceFrom
	onceFrom = n
	return func() { onceFrom = was }
}

// SetInStep sets the size from which logs are read in step, and how much of one
// is read in its turn; what it gives sets both back.
func SetInStep(size int64, chunk int) func() {
	wasSize, wasChunk := longLog, chunkBytes
	longLog, chunkBytes = size, chunk
	return func() { longLog, chunkBytes = wasSize, wasChunk }
}
