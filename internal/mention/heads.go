package mention

// A head is one output of the encoder. This table is the only place where heads
// are defined: training, export, inference, store and pages walk it.

// Sentiment is the writer's overall attitude.
type Sentiment int8

// Sentiments; the integer is the sign used in net sentiment.
const (
	Negative Sentiment = -1
	Neutral  Sentiment = 0
	Positive Sentiment = 1
)

// String returns neg, neu or pos.
func (s Sentiment) String() string { return SentimentLabels[s+1] }

// Intent is what the writer is after.
type Intent uint8

// Intents, in head order.
const (
	Crave Intent = iota
	Recommend
	Complain
	Ask
	OtherIntent
)

// String returns crave, recommend, complain, ask or other.
func (i Intent) String() string { return IntentLabels[i] }

// Aspect indexes the eight aspects.
type Aspect uint8

// The aspects, in head order.
const (
	Food Aspect = iota
	Portion
	Price
	Service
	DeliveryAspect
	Ambience
	Hygiene
	Health
	NumAspects
)

// String returns the aspect's key, e.g. "food".
func (a Aspect) String() string { return AspectNames[a] }

// AspectLabel says whether a text speaks of an aspect, and how.
type AspectLabel uint8

// Aspect labels, in head order.
const (
	AspectNone AspectLabel = iota
	AspectNeg
	AspectNeu
	AspectPos
)

// String returns none, neg, neu or pos.
func (l AspectLabel) String() string { return AspectLabels[l] }

// Labels in head order.
var (
	RelevanceLabels = []string{"other", "food"}
	SentimentLabels = []string{"neg", "neu", "pos"}
	IntentLabels    = []string{"crave", "recommend", "complain", "ask", "other"}
	AspectNames     = []string{"food", "portion", "price", "service", "delivery", "ambience", "hygiene", "health"}
	AspectLabels    = []string{"none", "neg", "neu", "pos"}
)

// Head describes one output of the encoder: its name and its classes, in the
// order of the logits.
type Head struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels"`
}

// Heads lists all heads in the order in which the encoder concatenates their
// logits: relevance 2, sentiment 3, intent 5, then 8 aspects of 4 = 42 columns.
var Heads = heads()

func heads() []Head {
	h := []Head{
		{"relevance", RelevanceLabels},
		{"sentiment", SentimentLabels},
		{"intent", IntentLabels},
	}
	for _, a := range AspectNames {
		h = append(h, Head{"aspect_" + a, AspectLabels})
	}
	return h
}

// NumLogits is the total width of all heads.
func NumLogits() int {
	n := 0
	for _, h := range Heads {
		n += len(h.Labels)
	}
	return n
}
