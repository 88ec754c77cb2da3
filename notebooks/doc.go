// Package notebooks holds worked examples in Python, which ask a running server:
//
//	make notebooks
//
// Its test runs them start to end, and holds that none carries outputs into git.
package notebooks
