package pipeline

// For the tests that run a pipeline from outside.
var (
	RawRow       = rawRow
	NewFakeClock = newFakeClock
)
