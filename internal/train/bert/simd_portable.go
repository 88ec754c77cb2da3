//go:build !(goexperiment.simd && amd64)

package bert

// simdOps: this build has no vector kernels (see simd_amd64.go).
func simdOps() *ops { return nil }
