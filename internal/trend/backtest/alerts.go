package backtest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"antojo/internal/mention"
	"antojo/internal/trend/alert"
)

// AlertScore is how alerts do at one budget: false alarms in worlds where nothing
// stands out, and what was planted and found.
type AlertScore struct {
	Budget     float64 // false alarms in 30 days that were accepted
	Null       float64 // … and that were raised where nothing was planted
	NullSE     float64 // standard error of Null, worlds being the unit
	NullMonths float64 // months of 30 days that were watched, over all worlds
	WorstWorld float64 // most false alarms in 30 days in one world
	Planted    map[string]*AlertKind
	FalseMixed float64 // false alarms in 30 days beside planted events
}

// AlertKind is one kind of planted event.
type AlertKind struct {
	About  string
	Asked  int
	Found  int
	worlds []pair    // found and asked, by world
	Delays []float64 // days from the first one that stood out to the first alert
}

// Recall is the part that was found.
func (k *AlertKind) Recall() float64 { return float64(k.Found) / math.Max(1, float64(k.Asked)) }

// alertBudgets are the budgets that are tried.
var alertBudgets = []float64{1, alert.DefaultBudget, 12}

const (
	alertWeeks  = 8  // weeks watched in each world
	alertBefore = 14 // days before the first planted event; and what is left to find it in
)

// planted event of an alert world.
type planting struct {
	kind     string
	entity   int // -1 = a channel
	channel  int
	from, to int
	up       bool
}

var alertKinds = []struct{ name, about string }{
	{"spike", "×3 for three days, 50 to 5,000 mentions a week"},
	{"drop", "to 40 % for seven days, 200 to 5,000 mentions a week"},
	{"leak", "+60 % for good, 100 to 5,000 mentions a week"},
	{"outage", "a channel falls silent for five days"},
}

// Alerts watches worlds day by day as the product does: every seven days a scan
// with what was known then, all merged in one book, so that what is counted is
// what a user would have seen.
func Alerts(ctx context.Context, seeds int, seed uint64, progress func(done, of int)) ([]AlertScore, error) {
	out := make([]AlertScore, len(alertBudgets))
	for i, b := range alertBudgets {
		out[i] = AlertScore{Budget: b, Planted: map[string]*AlertKind{}}
		for _, k := range alertKinds {
			out[i].Planted[k.name] = &AlertKind{About: k.about}
		}
	}
	var mixed float64
	null := make([][]pair, len(alertBudgets))
	for k := range seeds {
		for world := range 3 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			rng := rand.New(rand.NewPCG(seed+uint64(k), 0xa1e7<<32|uint64(world)))
			w := newWorld(rng, 150, 5, 5000)
			end := 800 + rng.IntN(worldDays-800)
			begin := end - 7*alertWeeks
			seasons(rng, w, .5)
			var events []planting
			switch world {
			case 1: // levels wander, and a feast that was there in earlier years
				for i := range w.entities {
					w.entities[i].ar = .3
				}
				id := feastPool[rng.IntN(len(feastPool))]
				for _, e := range pickAny(rng, w, 8, 60, 5000) {
					e.effects = append(e.effects, effect{kind: feast, feast: id, size: 2 + 3*rng.Float64()})
				}
			case 2:
				events = plantAlerts(rng, w, begin)
			}
			w.draw(rng)
			founds, err := watch(w, begin, end)
			if err != nil {
				return nil, err
			}
			months := float64(end-begin) / 30
			if world == 2 {
				mixed += months
			}
			for i, found := range founds {
				if world < 2 {
					out[i].Null += float64(len(found))
					out[i].NullMonths += months
					null[i] = append(null[i], pair{float64(len(found)), months})
					out[i].WorstWorld = math.Max(out[i].WorstWorld, float64(len(found))/months)
					continue
				}
				before := map[string]pair{}
				for name, k := range out[i].Planted {
					before[name] = pair{float64(k.Found), float64(k.Asked)}
				}
				out[i].FalseMixed += float64(score(w, found, events, out[i].Planted))
				for name, k := range out[i].Planted {
					b := before[name]
					k.worlds = append(k.worlds, pair{float64(k.Found) - b.num, float64(k.Asked) - b.den})
				}
			}
		}
		if progress != nil {
			progress(k+1, seeds)
		}
	}
	for i := range out {
		out[i].Null /= math.Max(out[i].NullMonths, 1e-9)
		_, out[i].NullSE = ratio(null[i])
		out[i].FalseMixed /= math.Max(mixed, 1e-9)
	}
	return out, nil
}

// pickAny is pick without asking for an entity that has no effect yet.
func pickAny(rng *rand.Rand, w *world, n int, from, to float64) []*entity {
	var out []*entity
	for _, i := range rng.Perm(len(w.entities)) {
		if e := &w.entities[i]; e.weekly >= from && e.weekly <= to && len(out) < n {
			out = append(out, e)
		}
	}
	return out
}

func plantAlerts(rng *rand.Rand, w *world, begin int) []planting {
	var out []planting
	used := map[int]bool{}
	add := func(kind string, n int, least float64, up bool, days int, size float64, k effectKind) {
		for _, i := range rng.Perm(len(w.entities)) {
			e := &w.entities[i]
			if n == 0 {
				return
			}
			if used[i] || e.weekly < least {
				continue
			}
			used[i] = true
			n--
			from := begin + 7 + rng.IntN(7*alertWeeks-7-alertBefore)
			to := from + days - 1
			e.effects = append(e.effects, effect{kind: k, from: from, to: to, size: size})
			out = append(out, planting{kind: kind, entity: i, from: from, to: to, up: up})
		}
	}
	add("spike", 6, 50, true, 3, 3, block)
	add("drop", 6, 200, false, 7, .4, block)
	add("leak", 4, 100, true, 1000, 1.6, step)
	from := begin + 7 + rng.IntN(7*alertWeeks-7-alertBefore)
	c := rng.IntN(3)
	w.channels[c].outages = [][2]int{{from, from + 4}}
	return append(out, planting{kind: "outage", entity: -1, channel: c, from: from, to: from + 4})
}

// watch scans every week from begin to end and returns, for each budget, what a
// user would have seen, each alert with the day on which it would have been raised.
func watch(w *world, begin, end int) ([][]alert.Alert, error) {
	dir, err := os.MkdirTemp("", "antojo-alerts-*")
	if err != nil {
		return nil, fmt.Errorf("backtest of alerts: %w", err)
	}
	defer os.RemoveAll(dir)
	books := make([]*alert.Book, len(alertBudgets))
	for i := range books {
		if books[i], err = alert.OpenBook(filepath.Join(dir, fmt.Sprintf("%d.json", i))); err != nil {
			return nil, err
		}
	}
	all := make([][]alert.Alert, len(alertBudgets))
	for at := begin + 7; at <= end; at += 7 {
		to := w.start + mention.Day(at-1)
		looks := alert.NewWatch(w.panel, alert.Options{To: to})
		for i, budget := range alertBudgets {
			fresh, err := books[i].Update(looks.Judge(budget), time.Unix(int64(to)*86400, 0))
			if err != nil {
				return nil, err
			}
			for _, a := range fresh {
				if a.To >= w.start+mention.Day(begin) {
					all[i] = append(all[i], a)
				}
			}
		}
	}
	return all, nil
}

// score matches alerts to what was planted and returns how many match nothing. A
// channel that falls silent moves the total too.
func score(w *world, found []alert.Alert, events []planting, kinds map[string]*AlertKind) (wrong int) {
	const slack = 8 // a week of looks that share days, and the day after
	right := make([]bool, len(found))
	for _, ev := range events {
		k := kinds[ev.kind]
		k.Asked++
		first := mention.Day(math.MaxInt32)
		for i := range found {
			a := &found[i]
			match := false
			switch {
			case ev.entity >= 0:
				match = a.Scope == alert.Entity && a.Of == w.entities[ev.entity].id
			case a.Scope == alert.Channel:
				match = a.Of == w.channels[ev.channel].name
			case a.Scope == alert.Total:
				match = true
			}
			if !match || a.To < w.start+mention.Day(ev.from) || a.From > w.start+mention.Day(ev.to+slack) {
				continue
			}
			right[i] = true // the rebound after an event is part of it
			if a.Up == ev.up {
				first = min(first, a.Raised)
			}
		}
		if first < math.MaxInt32 {
			k.Found++
			k.Delays = append(k.Delays, math.Max(0, float64(first-w.start)-float64(ev.from)))
		}
	}
	for i := range found {
		if !right[i] {
			wrong++
		}
	}
	return wrong
}

// delay is the lower median of the delays in days; NaN without any.
func (k *AlertKind) delay() float64 {
	if len(k.Delays) == 0 {
		return math.NaN()
	}
	d := slices.Clone(k.Delays)
	slices.Sort(d)
	return d[(len(d)-1)/2]
}

// over is recall, its standard error and median delay over some kinds of events.
func (a *AlertScore) over(kinds ...string) (recall, se, delay float64) {
	var all AlertKind
	for _, name := range kinds {
		k := a.Planted[name]
		if all.worlds == nil {
			all.worlds = make([]pair, len(k.worlds))
		}
		for i, p := range k.worlds {
			all.worlds[i].num += p.num
			all.worlds[i].den += p.den
		}
		all.Delays = append(all.Delays, k.Delays...)
	}
	recall, se = ratio(all.worlds)
	return recall, se, all.delay()
}

// AlertKinds names the planted kinds in order.
func AlertKinds() []string {
	var out []string
	for _, k := range alertKinds {
		out = append(out, k.name)
	}
	return out
}

// Delay is the median delay in days; NaN if none was found.
func (k *AlertKind) Delay() float64 { return k.delay() }
