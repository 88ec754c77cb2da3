package train

import (
	"math"
	"sync"
)

// sparse is one row of features: index and value pairs.
type sparse struct {
	idx []int32
	val []float32
}

// linear is a multinomial logistic regression: logits = x·W + b, W is
// [features][classes] in one slice, b its last row.
type linear struct {
	classes int
	w       []float64
}

func (l *linear) logits(x sparse, out []float64) {
	copy(out, l.w[len(l.w)-l.classes:])
	for k, i := range x.idx {
		row := l.w[int(i)*l.classes : (int(i)+1)*l.classes]
		v := float64(x.val[k])
		for c, w := range row {
			out[c] += v * w
		}
	}
}

// probabilities turns logits into a distribution in place.
func probabilities(z []float64) {
	top := math.Inf(-1)
	for _, v := range z {
		top = max(top, v)
	}
	var sum float64
	for i, v := range z {
		z[i] = math.Exp(v - top)
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
}

// fitLinear minimises Σ weight·cross entropy + ‖W‖²/(2C) by L-BFGS (Nocedal &
// Wright 2006, algorithms 7.4 and 7.5) with a backtracking line search. The bias is not
// penalised.
func fitLinear(x []sparse, y []int8, weight []float64, features, classes int, c float64, iterations, threads int) *linear {
	// A feature that no row has keeps weight 0: fit only the others.
	x, active := compact(x, features)
	n := (len(active) + 1) * classes
	m := &linear{classes: classes, w: make([]float64, n)}
	grads := make([][]float64, threads)
	for i := range grads {
		grads[i] = make([]float64, n)
	}
	loss := func(w, grad []float64) float64 {
		l := linear{classes, w}
		sums := make([]float64, threads)
		var wg sync.WaitGroup
		for t := range threads {
			wg.Go(func() {
				g, z := grads[t], make([]float64, classes)
				clear(g)
				for i := t; i < len(x); i += threads {
					l.logits(x[i], z)
					probabilities(z)
					sums[t] -= weight[i] * math.Log(max(z[y[i]], 1e-300))
					z[y[i]]--
					for k, f := range x[i].idx {
						row, v := g[int(f)*classes:(int(f)+1)*classes], weight[i]*float64(x[i].val[k])
						for j := range row {
							row[j] += v * z[j]
						}
					}
					for j := range z {
						g[n-classes+j] += weight[i] * z[j]
					}
				}
			})
		}
		wg.Wait()
		total := 0.0
		for t := range threads {
			total += sums[t]
		}
		copy(grad, grads[0])
		for _, g := range grads[1:] {
			for j, v := range g {
				grad[j] += v
			}
		}
		for j, v := range w[:n-classes] {
			total += v * v / (2 * c)
			grad[j] += v / c
		}
		return total
	}
	lbfgs(m.w, loss, iterations)
	full := &linear{classes: classes, w: make([]float64, (features+1)*classes)}
	for i, f := range active {
		copy(full.w[int(f)*classes:], m.w[i*classes:(i+1)*classes])
	}
	copy(full.w[features*classes:], m.w[n-classes:])
	return full
}

// compact renumbers the features that occur in x; active maps back.
func compact(x []sparse, features int) (y []sparse, active []int32) {
	to := make([]int32, features)
	for _, row := range x {
		for _, i := range row.idx {
			to[i] = 1
		}
	}
	for i := range to {
		if to[i] > 0 {
			to[i] = int32(len(active))
			active = append(active, int32(i))
		}
	}
	y = make([]sparse, len(x))
	for r, row := range x {
		y[r] = sparse{make([]int32, len(row.idx)), row.val}
		for k, i := range row.idx {
			y[r].idx[k] = to[i]
		}
	}
	return y, active
}

// lbfgs minimises f from w in place.
func lbfgs(w []float64, f func(w, grad []float64) float64, iterations int) {
	const memory = 6
	n := len(w)
	grad, next, nextGrad, dir := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	type step struct {
		s, y []float64
		rho  float64
	}
	var hist []step
	value := f(w, grad)
	for range iterations {
		copy(dir, grad)
		alpha := make([]float64, len(hist))
		for i := len(hist) - 1; i >= 0; i-- {
			h := hist[i]
			alpha[i] = h.rho * dot64(h.s, dir)
			axpy64(-alpha[i], h.y, dir)
		}
		if k := len(hist); k > 0 {
			h := hist[k-1]
			scale64(dot64(h.s, h.y)/dot64(h.y, h.y), dir)
		} else {
			scale64(1/max(1, math.Sqrt(dot64(grad, grad))), dir)
		}
		for i, h := range hist {
			axpy64(alpha[i]-h.rho*dot64(h.y, dir), h.s, dir)
		}
		slope := -dot64(grad, dir)
		if slope > -1e-9 {
			return
		}
		rate, ok := 1.0, false
		var v float64
		for range 20 {
			copy(next, w)
			axpy64(-rate, dir, next)
			if v = f(next, nextGrad); v <= value+1e-4*rate*slope {
				ok = true
				break
			}
			rate /= 2
		}
		if !ok {
			return
		}
		s, y := make([]float64, n), make([]float64, n)
		for i := range s {
			s[i], y[i] = next[i]-w[i], nextGrad[i]-grad[i]
		}
		if d := dot64(s, y); d > 1e-12 {
			hist = append(hist, step{s, y, 1 / d})
			if len(hist) > memory {
				hist = hist[1:]
			}
		}
		done := value-v < 1e-5*math.Abs(value)
		copy(w, next)
		copy(grad, nextGrad)
		value = v
		if done {
			return
		}
	}
}

func dot64(a, b []float64) (s float64) {
	b = b[:len(a)]
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

func axpy64(a float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

func scale64(a float64, x []float64) {
	for i := range x {
		x[i] *= a
	}
}
