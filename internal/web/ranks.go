package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/panel"
	"antojo/internal/trend"
)

const (
	rankMost  = 10 // places drawn
	rankBlock = 3  // weeks that count together, so that places are not the noise of a week
	rankMin   = 30 // mentions that a told change needs in the first or the last block
)

// ranked places of one entity by blocks of weeks.
type placed struct {
	*trend.Trend
	counts []int64 // by block
	places []int
	z      float64 // of the change of its share from the first to the last block
}

// placesOf ranks entities by mentions in each block of rankBlock weeks of the
// sparkline. Entities without the full number of weeks are left out.
func placesOf(list []trend.Trend) []placed {
	blocks := 0
	for i := range list {
		blocks = max(blocks, len(list[i].Spark)/rankBlock)
	}
	if blocks < 2 {
		return nil
	}
	var out []placed
	totals := make([]int64, blocks)
	for i := range list {
		t := &list[i]
		if len(t.Spark) < blocks*rankBlock {
			continue
		}
		p := placed{Trend: t, counts: make([]int64, blocks), places: make([]int, blocks)}
		weeks := t.Spark[len(t.Spark)-blocks*rankBlock:]
		for w, n := range weeks {
			p.counts[w/rankBlock] += n
			totals[w/rankBlock] += n
		}
		out = append(out, p)
	}
	for b := range blocks {
		order := make([]int, len(out))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(x, y int) int {
			return cmp.Or(cmp.Compare(out[y].counts[b], out[x].counts[b]), cmp.Compare(out[x].Entity, out[y].Entity))
		})
		for place, i := range order {
			if out[i].counts[b] > 0 {
				out[i].places[b] = place + 1
			}
		}
	}
	for i := range out {
		out[i].z = shareChange(&out[i], totals)
	}
	return out
}

// shareChange is the change of ln(share) from the first block to the last, in
// standard errors. Counts vary more than Poisson: the variance is multiplied by
// Pearson's χ² of the weeks around the mean of their block over its degrees of
// freedom, and by 1 at least (quasi-Poisson; McCullagh & Nelder, Generalized Linear
// Models, 2nd ed. 1989, §4.5 and 6.2).
func shareChange(p *placed, totals []int64) float64 {
	last := len(p.counts) - 1
	a, b := float64(p.counts[0]), float64(p.counts[last])
	if a == 0 || b == 0 || totals[0] == 0 || totals[last] == 0 {
		return 0
	}
	chi, df := 0.0, 0.0
	weeks := p.Spark[len(p.Spark)-len(p.counts)*rankBlock:]
	for i, n := range p.counts {
		mean := float64(n) / rankBlock
		if mean == 0 {
			continue
		}
		for _, w := range weeks[i*rankBlock : (i+1)*rankBlock] {
			chi += (float64(w) - mean) * (float64(w) - mean) / mean
		}
		df += rankBlock - 1
	}
	phi := 1.0
	if df > 0 {
		phi = math.Max(1, chi/df)
	}
	change := math.Log(b/float64(totals[last])) - math.Log(a/float64(totals[0]))
	return change / math.Sqrt(phi*(1/a+1/b))
}

// rankTones tell neighbours apart; told entries have the tone of their direction.
var rankTones = []chart.Tone{chart.Cat1, chart.Cat2, chart.Cat3, chart.Cat4, chart.Cat5, chart.Cat6}

// rankPanel shows how the places of the most named entities changed over the weeks
// of the ranking's sparklines. It reads nothing: the ranking has the counts.
func (s *Server) rankPanel(v *view, rep trend.Report) panel.Panel {
	p := panel.Panel{ID: "ranks"}
	all := placesOf(rep.Trends)
	var shown []placed
	for _, x := range all {
		if first, last := x.places[0], x.places[len(x.places)-1]; first >= 1 && first <= rankMost || last >= 1 && last <= rankMost {
			shown = append(shown, x)
		}
	}
	if len(shown) < 3 {
		p.Title, p.Empty = v.text.T("ranks.name"), v.text.T("ranks.empty")
		return p
	}
	blocks := len(shown[0].places)
	// Weeks are whole and end with the last Sunday of the window.
	end := rep.Window.To - mention.Day((int(rep.Window.To)+4)%7)
	from := end - mention.Day(7*rankBlock*blocks) + 1
	p.Sub = v.text.T("ranks.sub", "days", v.text.Days(from, end), "weeks", rankBlock)
	slices.SortStableFunc(shown, func(a, b placed) int {
		la, lb := a.places[blocks-1], b.places[blocks-1]
		if la == 0 {
			la = math.MaxInt
		}
		if lb == 0 {
			lb = math.MaxInt
		}
		return cmp.Compare(la, lb)
	})
	// The change to tell is the largest that is sure although all of them were looked
	// at: 5 % over their number (Bonferroni).
	bound := math.Sqrt2 * math.Erfinv(1-.05/float64(len(shown)))
	told := -1
	for i, x := range shown {
		first, last := x.places[0], x.places[blocks-1]
		if first == last || first == 0 || last == 0 || max(x.counts[0], x.counts[blocks-1]) < rankMin || math.Abs(x.z) < bound || (x.z > 0) != (last < first) {
			continue
		}
		if told < 0 || abs(first-last) > abs(shown[told].places[0]-shown[told].places[blocks-1]) {
			told = i
		}
	}
	p.Title = v.text.T("ranks.flat", "first", v.name(shown[0].Entity))
	if told >= 0 {
		x := shown[told]
		key := "ranks.up"
		if x.z < 0 {
			key = "ranks.down"
		}
		p.Title = v.text.T(key, "name", v.name(x.Entity), "from", x.places[0], "to", x.places[blocks-1])
	}
	d := chart.Bump{Name: p.Title + ". " + p.Sub, Most: rankMost}
	p.Table.Cols = []panel.Col{{Key: "entity", Title: v.text.T("col.entity")}}
	for b := range blocks {
		a := from + mention.Day(7*rankBlock*b)
		d.Steps = append(d.Steps, v.text.ShortDay(a))
		key := "place_" + a.String()
		p.Table.Cols = append(p.Table.Cols, panel.Col{Key: key, Title: v.text.T("ranks.from", "day", v.text.ShortDay(a)), Num: true}, panel.Col{Key: "n_" + a.String(), Title: "n", Num: true, On: panel.CSVOnly})
	}
	var n int64
	for i, x := range shown {
		r := chart.Rank{Label: v.name(x.Entity), Href: v.entityLink(x.Entity), Places: x.places, Tone: rankTones[i%len(rankTones)], Strong: i == told}
		r.Title = v.text.T("ranks.line", "name", r.Label, "from", place(v, x.places[0]), "to", place(v, x.places[blocks-1]))
		d.Ranks = append(d.Ranks, r)
		row := []panel.Cell{{Text: r.Label, Raw: x.Entity, Href: r.Href, Head: true}}
		for b, pl := range x.places {
			f := v.filter
			f.Entities, f.Kinds, f.Window = []string{x.Entity}, nil, ""
			f.From = from + mention.Day(7*rankBlock*b)
			f.To = f.From + 7*rankBlock - 1
			row = append(row, panel.Cell{Text: place(v, pl), Raw: strconv.Itoa(pl), Num: true, Href: mentionsLink(f), Small: "n = " + v.text.Int(x.counts[b])},
				panel.Cell{Raw: strconv.FormatInt(x.counts[b], 10), Num: true})
			n += x.counts[b]
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	p.Chart = panel.HTML(d.Render())
	p.Note = v.text.T("ranks.note", "n", n)
	return p
}

// place writes a place; an entity that was not named has none.
func place(v *view, n int) string {
	if n == 0 {
		return "–"
	}
	return v.text.Int(int64(n))
}

func abs(n int) int { return max(n, -n) }
