package prom

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Own is a figure about Antojo itself at one moment: how much it holds, how fresh
// that is, how its model scored.
type Own struct {
	Name   string // of the family, e.g. antojo_store_mentions
	Kind   string // gauge or counter
	Help   string
	Labels []string // names and values, alternating
	Value  float64
}

// Recorder keeps the figures about Antojo itself of the last hours in memory, so that
// Grafana can draw them without a Prometheus that scrapes. They are gone after a
// restart, as a process's own figures are.
type Recorder struct {
	every time.Duration
	keep  int

	mu     sync.RWMutex
	of     map[string]*recorded // by labels
	family map[string]Own       // by name, for its kind and help
}

type recorded struct {
	labels labels.Labels
	points points
}

// DefaultEvery is how often figures are usually taken, DefaultKeep for how long.
const (
	DefaultEvery = 15 * time.Second
	DefaultKeep  = 24 * time.Hour
)

// NewRecorder returns a recorder that keeps a sample every so often for a while.
func NewRecorder(every, keep time.Duration) *Recorder {
	return &Recorder{every: every, keep: max(2, int(keep/every)), of: map[string]*recorded{}, family: map[string]Own{}}
}

// Run takes figures until ctx ends.
func (c *Recorder) Run(ctx context.Context, take func(context.Context) []Own) {
	tick := time.NewTicker(c.every)
	defer tick.Stop()
	for {
		c.Record(time.Now(), take(ctx))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Record adds figures taken at a moment, which is after that of the call before.
func (c *Recorder) Record(at time.Time, figures []Own) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range figures {
		c.family[f.Name] = Own{Name: f.Name, Kind: f.Kind, Help: f.Help}
		ls := labels.FromStrings(append([]string{labels.MetricName, f.Name}, f.Labels...)...)
		s := c.of[ls.String()]
		if s == nil {
			s = &recorded{labels: ls}
			c.of[ls.String()] = s
		}
		if len(s.points) >= 2*c.keep {
			s.points = append(points(nil), s.points[len(s.points)-c.keep:]...)
		}
		s.points = append(s.points, point{at.UnixMilli(), f.Value})
	}
}

// read returns the recorded series of a selector.
func (c *Recorder) read(name []*labels.Matcher, r *request) []series {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var out []series
next:
	for _, s := range c.of {
		if !matchesAll(name, s.labels.Get(labels.MetricName)) {
			continue
		}
		for _, m := range r.matchers {
			if !m.Matches(s.labels.Get(m.Name)) {
				continue next
			}
		}
		p := s.points[max(0, len(s.points)-c.keep):]
		from := sort.Search(len(p), func(i int) bool { return p[i].t >= r.mint })
		to := sort.Search(len(p), func(i int) bool { return p[i].t > r.maxt })
		if from < to {
			out = append(out, series{s.labels, p[from:to:to]})
		}
	}
	return out
}

// families lists the families recorded so far with their labels' names.
func (c *Recorder) families() []family {
	c.mu.RLock()
	defer c.mu.RUnlock()
	of := map[string]*family{}
	for _, s := range c.of {
		name := s.labels.Get(labels.MetricName)
		f := of[name]
		if f == nil {
			f = &family{name: name, kind: c.family[name].Kind, help: c.family[name].Help}
			of[name] = f
		}
		s.labels.Range(func(l labels.Label) {
			if l.Name != labels.MetricName && !slices.Contains(f.labels, l.Name) {
				f.labels = append(f.labels, l.Name)
			}
		})
	}
	out := make([]family, 0, len(of))
	for _, f := range of {
		slices.Sort(f.labels)
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b family) int { return cmp.Compare(a.name, b.name) })
	return out
}

// WriteText writes the newest figures in Prometheus's text format, for a Prometheus
// that scrapes.
func (c *Recorder) WriteText(w io.Writer) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	byName := map[string][]*recorded{}
	for _, s := range c.of {
		name := s.labels.Get(labels.MetricName)
		byName[name] = append(byName[name], s)
	}
	names := make([]string, 0, len(byName))
	for n := range byName {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if _, err := fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", n, strings.NewReplacer("\\", `\\`, "\n", `\n`).Replace(c.family[n].Help), n, c.family[n].Kind); err != nil {
			return err
		}
		list := byName[n]
		slices.SortFunc(list, func(a, b *recorded) int { return labels.Compare(a.labels, b.labels) })
		for _, s := range list {
			var ls []string
			s.labels.Range(func(l labels.Label) {
				if l.Name != labels.MetricName {
					ls = append(ls, l.Name+"="+strconv.Quote(l.Value))
				}
			})
			set := ""
			if len(ls) > 0 {
				set = "{" + strings.Join(ls, ",") + "}"
			}
			if _, err := fmt.Fprintf(w, "%s%s %s\n", n, set, strconv.FormatFloat(s.points[len(s.points)-1].v, 'g', -1, 64)); err != nil {
				return err
			}
		}
	}
	return nil
}
