package check

// OnlyDeclared is what the rules of declared claims reject, without those of words.
func (c *Checker) OnlyDeclared(draft string, claims []Claim) []Reason {
	return c.declared(draft, claims, nil, nil)
}
