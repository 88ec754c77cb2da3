package series

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

func TestRead(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		want     []Point
		bad      []int
		fails    bool
	}{
		{"contract", "date,item,place,value,unit\n2024-01-08,limon,Lima,4.5,kg\n", []Point{{calendar.Date(2024, 1, 8), "limon", "Lima", 4.5, "kg"}}, nil, false},
		{"ministry", "\ufeffFecha;VariedadPapa;PMax;PMin;PProm;Volumen\nENE-2015;Papa Amarilla;3,0;1,1;1,72;1968\nset-2016;Papa Yungay;1;1;0,9;5\n",
			[]Point{{calendar.Date(2015, 1, 1), "Papa Amarilla", "", 1.72, ""}, {calendar.Date(2016, 9, 1), "Papa Yungay", "", .9, ""}}, nil, false},
		{"bad rows", "fecha,item,precio\n2024-13-01,a,1\n2024-01-01,a,-2\n2024-01-01,,3\n1/2/2024,a,3\n2024-01-01,a,NaN\n1712-01-01,a,3\n",
			[]Point{{calendar.Date(2024, 2, 1), "a", "", 3, ""}}, []int{2, 3, 4, 6, 7}, false},
		{"no value column", "date,item\n2024-01-01,a\n", nil, nil, true},
		{"empty", "", nil, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, bad, err := Read(strings.NewReader(tc.in))
			if (err != nil) != tc.fails {
				t.Fatalf("error %v", err)
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
			var rows []int
			for _, b := range bad {
				rows = append(rows, b.Row)
			}
			if d := cmp.Diff(tc.bad, rows); d != "" {
				t.Errorf("rejected rows: %s", d)
			}
		})
	}
}

func TestWeeklyHoldsValuesUntilTheNext(t *testing.T) {
	start := calendar.Date(2024, 1, 1)
	got := Weekly([]Point{{start + 10, "a", "Lima", 4, "kg"}, {start + 17, "a", "Lima", 8, "kg"}, {start, "b", "", 1, ""}}, start, 70)
	if len(got) != 2 || got[0].Item != "a" || got[1].Item != "b" {
		t.Fatalf("series %+v", got)
	}
	// Day 10 is in week 1, day 17 in week 2; the last value holds 35 days, to day 52.
	want := []float32{0, 4, (3*4 + 4*8) / 7., 8, 8, 8, 8, 8, 0, 0}
	if d := cmp.Diff(want, got[0].Value); d != "" {
		t.Error(d)
	}
}

func TestFileMergesAndKeeps(t *testing.T) {
	f := File{filepath.Join(t.TempDir(), "series.csv")}
	day := mention.Day(20000)
	for _, step := range []struct {
		in              []Point
		added, replaced int
	}{
		{[]Point{{day, "limon", "Lima", 4, "kg"}, {day + 7, "limon", "Lima", 5, "kg"}}, 2, 0},
		{[]Point{{day + 7, "limon", "Lima", 6, "kg"}, {day, "papa, \"amarilla\"", "", 1.25, ""}}, 1, 1},
		{[]Point{{day + 7, "limon", "Lima", 6, "kg"}}, 0, 0},
	} {
		a, r, err := f.Merge(step.in)
		if err != nil || a != step.added || r != step.replaced {
			t.Fatalf("added %d replaced %d, %v; want %d and %d", a, r, err, step.added, step.replaced)
		}
	}
	got, err := f.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := []Point{{day, "limon", "Lima", 4, "kg"}, {day + 7, "limon", "Lima", 6, "kg"}, {day, "papa, \"amarilla\"", "", 1.25, ""}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if err := os.WriteFile(f.Path, []byte("date,item,value\nyesterday,a,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Load(); err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("a damaged file gives %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("date,item,place,value,unit\n2024-01-08,limon,Lima,4.5,kg\n")
	f.Add("fecha;producto;precio\nENE-2015;\"a;b\";1,5\n")
	f.Fuzz(func(t *testing.T, in string) {
		points, _, err := Read(strings.NewReader(in))
		if err != nil {
			return
		}
		for _, p := range points {
			if !(p.Value > 0) || p.Item == "" || p.Day < -8000 || p.Day > 50000 {
				t.Fatalf("%+v", p)
			}
		}
		Weekly(points, 19000, 100)
	})
}
