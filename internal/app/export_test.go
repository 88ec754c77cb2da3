package app

// For benchmarks that ask and merge as serve does.
const CompactEvery = compactEvery

var Correct = correct
