//go:build race

package lexicon

// raceDetector: under it sync.Pool drops entries at random, so allocations mean nothing.
const raceDetector = true
