package hot

import (
	"math"

	"antojo/internal/metric"
)

// Profile is a kind of mention: all that are alike in source, labels and stars.
type Profile struct {
	Source    string
	Aspects   uint16  // a digit of base 4 for each aspect, food the lowest
	Sentiment int8    // -1, 0, 1
	Rating    float32 // 0 = none
}

// Profiles yields how many mentions of each kind f selects, each kind once and in no
// order. Mentions that were not scored are left out.
func (v *View) Profiles(f *metric.Filter, yield func(Profile, int64)) {
	p, some := v.plan(f)
	if !some {
		return
	}
	counts := map[uint64]int64{} // rating, aspects, source, sentiment
	p.scan(func(day, i int) {
		r := &p.days[day].rows[i]
		if s := r.sentiment & sentimentMask; s != unscored {
			counts[uint64(math.Float32bits(r.rating))<<32|uint64(r.aspects)<<16|uint64(r.source)<<8|uint64(s)]++
		}
	})
	for k, n := range counts {
		yield(Profile{Source: p.frozen.sources[k>>8&0xff], Aspects: uint16(k >> 16), Sentiment: int8(k&0xff) - 1, Rating: math.Float32frombits(uint32(k >> 32))}, n)
	}
}
