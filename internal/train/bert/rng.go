package bert

// rng is xorshift128+ (Vigna 2017): fast enough to draw a dropout mask for every
// activation. Its quality does not matter beyond that.
type rng struct{ a, b uint64 }

func (r *rng) seed(s uint64) {
	// splitmix64 spreads small seeds
	next := func() uint64 {
		s += 0x9e3779b97f4a7c15
		z := s
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return z ^ z>>31
	}
	r.a, r.b = next(), next()|1
}

func (r *rng) next() uint64 {
	x, y := r.a, r.b
	r.a = y
	x ^= x << 23
	r.b = x ^ y ^ x>>17 ^ y>>26
	return r.b + y
}

// float returns a number in [0, 1).
func (r *rng) float() float32 { return float32(r.next()>>40) / (1 << 24) }

// intn returns a number in [0, n).
func (r *rng) intn(n int) int { return int(r.next() >> 33 % uint64(n)) }

// mask fills m with 0 with probability p (in steps of 1/256), else 1/(1−p).
func (r *rng) mask(m []float32, p float32) {
	cut := uint64(p*256 + 0.5)
	keep := 256 / float32(256-cut)
	scale := [2]float32{0, keep}
	for i := 0; i < len(m); i += 8 {
		x := r.next()
		for j := range min(8, len(m)-i) {
			// 1 if the byte is ≥ cut, without a branch
			m[i+j] = scale[((x&255)+256-cut)>>8]
			x >>= 8
		}
	}
}
