package panel

import (
	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Level is what a map shows: the areas of one level, and how a selection is narrowed to
// one of them.
type Level struct {
	By     metric.Dimension
	Map    *chart.Map
	Codes  []string // of all areas, in order
	Name   func(code string) string
	Narrow func(f *metric.Filter, code string)
	// Zoom is the page that shows an area from near; nil: an area leads to its mentions.
	Zoom func(f metric.Filter) string

	name, sub, flat, col                         string // locale keys of the map
	over, overMap, overFirm, overTitle, overFlat string // of the small maps
}

// Country is the level of the departments.
func (s Scope) Country() Level {
	l := Level{By: metric.ByDepartment, Map: s.Map,
		Name: func(code string) string {
			d, _ := mention.DepartmentByCode(code)
			return d.Name()
		},
		Narrow: func(f *metric.Filter, code string) {
			d, _ := mention.DepartmentByCode(code)
			f.Departments = []mention.Department{d}
		},
		name: "map.name", sub: "map.sub", flat: "map.flat", col: "col.department",
		over: "atlas.sub", overMap: "atlas.map", overFirm: "atlas.firm", overTitle: "atlas.title", overFlat: "atlas.flat"}
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		l.Codes = append(l.Codes, d.Code())
	}
	return l
}

// Within is the level of the provinces of one department, drawn on m. The scope's
// filter selects that department alone.
func (s Scope) Within(d mention.Department, m *chart.Map) Level {
	l := Level{By: metric.ByProvince, Map: m,
		Name: func(code string) string {
			p, _ := mention.ProvinceByCode(code)
			return p.Name()
		},
		Narrow: func(f *metric.Filter, code string) {
			p, _ := mention.ProvinceByCode(code)
			f.Provinces = []mention.Province{p}
		},
		name: "map.provinces", sub: "map.sub.provinces", flat: "map.flat.provinces", col: "col.province",
		over: "atlas.sub.provinces", overMap: "atlas.map.provinces", overFirm: "atlas.firm.provinces", overTitle: "atlas.title.provinces", overFlat: "atlas.flat"}
	for _, p := range d.Provinces() {
		l.Codes = append(l.Codes, p.Code())
	}
	return l
}

// drawn reports whether the map has an area of that code: one that is younger than
// the source of the map has none.
func (l Level) drawn(code string) bool {
	for i := range l.Map.Regions {
		if l.Map.Regions[i].Code == code {
			return true
		}
	}
	return false
}
