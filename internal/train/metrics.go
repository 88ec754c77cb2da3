package train

import "strings"

// Metrics is metrics.json: what was measured, on which rows, against what.
type Metrics struct {
	Model    string            `json:"model"`
	Version  string            `json:"version"`
	Split    string            `json:"split"`
	Train    map[string]int    `json:"training_rows"`
	Measured string            `json:"measured"`                  // with what the encoder's figures were measured
	Encoder  map[string]Scores `json:"encoder"`                   // by slice of the development rows
	Float32  map[string]Scores `json:"encoder_float32,omitempty"` // the same weights before quantisation
	Baseline map[string]Scores `json:"baseline"`                  // TF-IDF + logistic regression, same rows
	Majority map[string]Scores `json:"majority"`
	// Compared: encoder against baseline with a 95 % paired bootstrap interval.
	Compared map[string][]Difference `json:"encoder_minus_baseline"`
	// Settings that the baseline chose by itself, for each head.
	BaselineSettings map[string]settings `json:"baseline_settings"`
	Temperatures     map[string]float64  `json:"temperatures"`
	// Calibration: expected calibration error by slice and head, before and after the
	// temperatures.
	Calibration map[string]map[string]CalibrationError `json:"calibration,omitempty"`
}

// slices of the development rows.
type devSlice struct {
	name string
	has  func(*Row) bool
}

var devSlices = []devSlice{
	{"gold", func(*Row) bool { return true }},
	{"authored", func(r *Row) bool { return strings.HasPrefix(r.File, "authored") }},
	{"real_delivery", func(r *Row) bool { return strings.HasPrefix(r.File, "real_delivery") }},
}

// measure fills in the scores of the three models. Predictions are class indices
// for set.Dev and set.StarsDev.
func (m *Metrics) measure(set *Dataset, encoder, encoderStars [][numHeads]int8, ref *reference, seed uint64) {
	m.Encoder, m.Baseline, m.Majority = map[string]Scores{}, map[string]Scores{}, map[string]Scores{}
	m.Compared = map[string][]Difference{}
	constant := func(n int) [][numHeads]int8 {
		out := make([][numHeads]int8, n)
		for i := range out {
			out[i] = decode(ref.Majority)
		}
		return out
	}
	one := func(name string, rows []Row, enc, base [][numHeads]int8) {
		m.Encoder[name] = Evaluate(rows, enc)
		m.Majority[name] = Evaluate(rows, constant(len(rows)))
		if base != nil {
			m.Baseline[name] = Evaluate(rows, base)
			m.Compared[name] = compare(rows, enc, base, seed)
		}
	}
	base := decodeAll(ref.Dev)
	for _, s := range devSlices {
		var rows []Row
		var e, b [][numHeads]int8
		for i := range set.Dev {
			if s.has(&set.Dev[i]) {
				rows, e = append(rows, set.Dev[i]), append(e, encoder[i])
				if len(base) > 0 {
					b = append(b, base[i])
				}
			}
		}
		if len(rows) > 0 {
			one(s.name, rows, e, b)
		}
	}
	var starsBase [][numHeads]int8
	if ref.StarsDev != nil {
		starsBase = decodeAll(ref.StarsDev)
	}
	if len(set.StarsDev) > 0 {
		one("stars", set.StarsDev, encoderStars, starsBase)
	}
}
