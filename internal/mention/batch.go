package mention

// Batch is the unit that the store loads in one transaction: mentions in log
// order together with the position in the log up to which they reach. The store
// remembers Seq per Stream in the same transaction and skips a batch whose Seq
// it has already passed, which is what makes redelivery harmless.
type Batch struct {
	Stream   string // stream the mentions come from, e.g. "mentions"
	Seq      uint64 // sequence number of the last log entry in the batch
	Mentions []Annotated
}

// Loaded counts what a batch brought in: Accepted rows are new, Duplicate rows
// were there already or twice in the batch.
type Loaded struct {
	Accepted  int
	Duplicate int
}
