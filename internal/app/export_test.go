package app

// Correct is for benchmarks that ask as serve does.
var Correct = correct
