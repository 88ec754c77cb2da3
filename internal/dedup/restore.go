package dedup

import "time"

// Restored is a mention that was judged before, with what was said of it then.
type Restored struct {
	Item
	Verdict
}

// Missing lists the stretches of time, in order, that mentions from one time to
// another may have copies in and that the detector does not know: after a restart,
// or because they were forgotten. Their mentions are to be given to Restore, which
// must be told of each stretch even if it has none.
func (d *Detector) Missing(from, to time.Time) []Stretch {
	var out []Stretch
	for k := d.slotOf(from.Unix()) - 4; k <= d.slotOf(to.Unix())+4; k++ {
		if d.days[k] != nil {
			continue
		}
		start, end := time.Unix(k*d.unit, 0).UTC(), time.Unix((k+1)*d.unit, 0).UTC()
		if n := len(out); n > 0 && out[n-1].End.Equal(start) {
			out[n-1].End = end
		} else {
			out = append(out, Stretch{start, end})
		}
	}
	return out
}

// Stretch is a stretch of time without its end.
type Stretch struct{ Start, End time.Time }

// Restore takes up what was judged before of a stretch: the mentions in it get
// the verdicts that they had, and later copies join their clusters. Mentions
// outside the stretch are left out, as are those that are in memory.
func (d *Detector) Restore(s Stretch, items []Restored) {
	d.clock++
	for k := d.slotOf(s.Start.Unix()); k < d.slotOf(s.End.Unix()); k++ {
		if d.days[k] == nil {
			d.days[k] = &slot{}
		}
		d.days[k].used = d.clock
	}
	roots := map[uint64]int32{}
	for i := range d.sets {
		if x := &d.sets[i]; x.told.Cluster != 0 {
			roots[x.told.Cluster] = int32(i)
		}
	}
	for _, it := range items {
		if _, ok := d.keys[it.Key]; ok || it.Time.Before(s.Start) || !it.Time.Before(s.End) {
			continue
		}
		var words int
		d.features, words = features(d.features[:0], it.Text)
		if words < d.opt.MinWords {
			continue
		}
		signature := sign(d.features)
		at := it.Time.Unix()
		own := d.newSet(it.Item, at, words)
		d.sets[own].told, d.sets[own].same = it.Verdict, it.Campaign
		d.keep(own, at, &signature)
		if it.Cluster == 0 {
			continue
		}
		d.sets[own].cluster = it.Cluster
		if other, ok := roots[it.Cluster]; ok {
			d.union(d.find(other), own)
		}
		roots[it.Cluster] = own
	}
	for i := range items { // after all are in, since few authors is about the whole cluster
		own, ok := d.keys[items[i].Key]
		if !ok || items[i].Cluster == 0 || !items[i].Campaign {
			continue
		}
		if root := d.find(own); !d.sets[root].campaign && d.fewAuthors(root, d.sets[own].time) {
			d.sets[root].campaign = true
		}
	}
	d.evict()
}
