package prom

import (
	"slices"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"

	"antojo/internal/mention"
)

// point is a sample: milliseconds since 1970 and a value.
type point struct {
	t int64
	v float64
}

var _ chunks.Sample = (*point)(nil)

// T implements chunks.Sample.
func (p *point) T() int64 { return p.t }

// ST implements chunks.Sample; nothing here has a start.
func (p *point) ST() int64 { return 0 }

// F implements chunks.Sample.
func (p *point) F() float64 { return p.v }

// H implements chunks.Sample; no point is a histogram.
func (p *point) H() *histogram.Histogram { return nil }

// FH implements chunks.Sample; no point is a histogram.
func (p *point) FH() *histogram.FloatHistogram { return nil }

// Type implements chunks.Sample.
func (p *point) Type() chunkenc.ValueType { return chunkenc.ValFloat }

// Copy implements chunks.Sample.
func (p *point) Copy() chunks.Sample { c := *p; return &c }

// points are the samples of a series, as Prometheus's iterator takes them: without an
// allocation for each.
type points []point

// Get implements storage.Samples.
func (p points) Get(i int) chunks.Sample { return &p[i] }

// Len implements storage.Samples.
func (p points) Len() int { return len(p) }

// series is one time series with its points in the order of time.
type series struct {
	labels labels.Labels
	points points
}

// Labels implements storage.Series.
func (s *series) Labels() labels.Labels { return s.labels }

// Iterator implements storage.Series.
func (s *series) Iterator(it chunkenc.Iterator) chunkenc.Iterator {
	if r, ok := it.(interface{ Reset(storage.Samples) }); ok {
		r.Reset(s.points)
		return it
	}
	return storage.NewListSeriesIterator(s.points)
}

// seriesSet hands out series, or an error instead.
type seriesSet struct {
	list []series
	at   int
	err  error
}

var _ storage.SeriesSet = (*seriesSet)(nil)

func newSet(list []series, sorted bool) *seriesSet {
	if sorted {
		slices.SortFunc(list, func(a, b series) int { return labels.Compare(a.labels, b.labels) })
	}
	return &seriesSet{list: list, at: -1}
}

// Next implements storage.SeriesSet.
func (s *seriesSet) Next() bool { s.at++; return s.err == nil && s.at < len(s.list) }

// At implements storage.SeriesSet.
func (s *seriesSet) At() storage.Series { return &s.list[s.at] }

// Err implements storage.SeriesSet.
func (s *seriesSet) Err() error { return s.err }

// Warnings implements storage.SeriesSet.
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// dayMillis is the length of a day, of which Lima has no other.
const dayMillis = 24 * 60 * 60 * 1000

// stamp is the time of the sample of a day, its end: midnight in Lima, 05:00 UTC.
func stamp(d mention.Day) int64 { return (d + 1).Start().UnixMilli() }

// firstStamped and lastStamped are the first day whose sample is at or after t, and
// the last whose sample is at or before it.
func firstStamped(t int64) mention.Day {
	d := lastStamped(t)
	if stamp(d) < t {
		d++
	}
	return d
}

func lastStamped(t int64) mention.Day {
	const shift = 5 * 60 * 60 * 1000 // Lima is five hours behind UTC
	x := t - shift
	d := x / dayMillis
	if x%dayMillis < 0 {
		d--
	}
	return mention.Day(d) - 1
}
