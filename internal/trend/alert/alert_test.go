package alert_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/mention"
	"antojo/internal/trend/alert"
	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

const days = 500

// quiet makes a panel of n entities of 20 to about 400 mentions a week in three
// channels, with nothing in it; change multiplies what is expected of entity i in
// channel k on a day.
func quiet(n int, change func(i, k, day int) float64) *engine.Panel {
	rng := rand.New(rand.NewPCG(3, 4))
	p := &engine.Panel{Start: calendar.Date(2025, time.June, 2), Days: days, Strata: []string{"a", "b", "c"}}
	for range p.Strata {
		p.Exposure = append(p.Exposure, make([]float32, days))
	}
	draw := func(mu float64) float32 {
		if mu <= 0 {
			return 0
		}
		return float32(distuv.Poisson{Lambda: mu, Src: rng}.Rand())
	}
	for d := range days {
		for k := range p.Strata {
			p.Exposure[k][d] = draw(300 * change(-1, k, d))
		}
	}
	for i := range n {
		s := engine.Series{ID: string(rune('a'+i/26)) + string(rune('a'+i%26)), Kind: "dish", Counts: [][]float32{make([]float32, days), make([]float32, days), make([]float32, days)}}
		weekly := 20 * math.Pow(20, float64(i)/float64(n))
		for d := range days {
			for k := range p.Strata {
				x := draw(weekly / 21 * change(-1, k, d) * change(i, k, d))
				s.Counts[k][d] = x
				p.Exposure[k][d] += x
			}
		}
		p.Series = append(p.Series, s)
	}
	return p
}

func always(int, int, int) float64 { return 1 }

func TestScanFindsWhatStandsOut(t *testing.T) {
	last := calendar.Date(2025, time.June, 2) + days - 1
	for _, tc := range []struct {
		name   string
		change func(i, k, day int) float64
		want   []alert.Alert // scope, of, side
	}{
		{"nothing", always, nil},
		{"a spike in one channel", func(i, k, d int) float64 {
			if i == 30 && k == 1 && d >= days-12 && d < days-9 {
				return 9
			}
			return 1
		}, []alert.Alert{{Scope: alert.Entity, Of: "be", Up: true}}},
		{"a drop that lasts", func(i, _, d int) float64 {
			if i == 45 && d >= days-10 {
				return .3
			}
			return 1
		}, []alert.Alert{{Scope: alert.Entity, Of: "bt", Open: true}}},
		// All of a channel's mentions are gone: of entities nothing can be said.
		{"a channel falls silent", func(i, k, d int) float64 {
			if i < 0 && k == 2 && d >= days-6 {
				return 0
			}
			return 1
		}, []alert.Alert{{Scope: alert.Channel, Of: "c", Open: true}, {Scope: alert.Total, Open: true}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := alert.Scan(quiet(60, tc.change), alert.Options{Budget: .5})
			if got.To != last || got.Series != 64 || got.Looks != 128 {
				t.Errorf("looked at %d series, %d times, up to %v", got.Series, got.Looks, got.To)
			}
			var brief []alert.Alert
			for _, a := range got.Alerts {
				brief = append(brief, alert.Alert{Scope: a.Scope, Of: a.Of, Up: a.Up, Open: a.Open})
				if a.P > got.Threshold || a.ID == "" || a.Low > a.Expected || a.High < a.Expected || a.From > a.To || a.Raised < a.From || a.Raised > a.To {
					t.Errorf("inconsistent: %+v", a)
				}
			}
			sorted := cmp.Transformer("byName", func(in []alert.Alert) map[string]alert.Alert {
				out := map[string]alert.Alert{}
				for _, a := range in {
					out[string(a.Scope)+a.Of] = a
				}
				return out
			})
			if d := cmp.Diff(tc.want, brief, sorted); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

func TestScanSaysWhereItComesFrom(t *testing.T) {
	p := quiet(60, func(i, k, d int) float64 {
		if i == 30 && k == 1 && d >= days-12 && d < days-9 {
			return 9
		}
		return 1
	})
	s := &p.Series[30]
	s.Copied, s.Authors = make([]float32, days), make([]float32, days)
	for d := days - 12; d < days-9; d++ {
		s.Copied[d], s.Authors[d] = 20, 6
	}
	got := alert.Scan(p, alert.Options{Budget: .5}).Alerts
	if len(got) != 1 {
		t.Fatalf("%d alerts", len(got))
	}
	a := got[0]
	if a.Part != "b" || a.Share < .8 || a.Copied < .2 || a.PerHead < 2 {
		t.Errorf("part %q %.2f, copied %.2f, a head %.1f", a.Part, a.Share, a.Copied, a.PerHead)
	}
	first := p.Start + days - 12
	if from, to := a.Window(); to < first || from > first+2 || a.Raised < first || a.Raised > first+1 {
		t.Errorf("window %v to %v, raised %v; the spike began on %v", from, to, a.Raised, first)
	}
}

func TestADayThatHasNotClosedAsksForMore(t *testing.T) {
	// Two hours of the last day: a fortieth of its volume, at the usual shares.
	p := quiet(60, func(i, _, d int) float64 {
		if i < 0 && d == days-1 {
			return 1. / 40
		}
		return 1
	})
	if got := alert.Scan(p, alert.Options{Budget: .5, Partial: true}).Alerts; len(got) > 0 {
		t.Errorf("the first hours of a usual day raise %+v", got)
	}
	if got := alert.Scan(p, alert.Options{Budget: .5}).Alerts; len(got) == 0 {
		t.Error("a closed day with a fortieth of the volume raises nothing")
	}
}

func TestThreshold(t *testing.T) {
	for _, tc := range []struct {
		budget float64
		looks  int
		want   float64
	}{{4, 400, 4. / 24000}, {1, 1, .01}, {12, 100, .002}, {4, 0, .01}} {
		if got := alert.Threshold(tc.budget, tc.looks); math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("Threshold(%g, %d) = %g, want %g", tc.budget, tc.looks, got, tc.want)
		}
	}
}

func TestBookKeepsWhatTheUserSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.json")
	b, err := alert.OpenBook(path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	day := mention.Day(20000)
	scan := func(to mention.Day, as ...alert.Alert) []alert.Alert {
		t.Helper()
		fresh, err := b.Update(alert.Scanned{From: to - 34, To: to, Series: 10, Threshold: .001, Alerts: as}, now)
		if err != nil {
			t.Fatal(err)
		}
		return fresh
	}
	one := alert.Alert{ID: "aa", Scope: alert.Entity, Of: "ceviche", Up: true, From: day, To: day + 1, Raised: day, Open: true, P: 1e-5, Day: day, Days: 1, Observed: 30, Expected: 9, Low: 3, High: 16}
	two := alert.Alert{ID: "bb", Scope: alert.Channel, Of: "x", From: day, To: day, Raised: day, P: 1e-4}
	if fresh := scan(day+1, one, two); len(fresh) != 2 {
		t.Fatalf("%d new alerts, want 2", len(fresh))
	}
	if err := b.Acknowledge("aa", true); err != nil {
		t.Fatal(err)
	}
	if err := b.Snooze("bb", day+10); err != nil {
		t.Fatal(err)
	}
	if err := b.Acknowledge("zz", true); !errors.Is(err, alert.ErrUnknown) {
		t.Errorf("an unknown alert gives %v", err)
	}

	// Seen again, longer, and with another id as its first day moved: the same one.
	again := one
	again.ID, again.From, again.To = "cc", day-1, day+3
	if fresh := scan(day+3, again, two); len(fresh) != 0 {
		t.Errorf("known alerts are new: %+v", fresh)
	}
	// Weeks later the scan no longer sees the beginning; the strongest look is kept.
	late := one
	late.ID, late.From, late.To, late.P, late.Observed = "dd", day+5, day+40, 1e-4, 20
	scan(day+40, late)
	got := b.Status().Alerts
	want := one
	want.From, want.To, want.Seen, want.Found = day-1, day+40, true, "2026-11-22T12:00:00Z"
	gone := two
	gone.Quiet, gone.Found = int(day+10), "2026-11-22T12:00:00Z"
	if d := cmp.Diff([]alert.Alert{want, gone}, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if got[0].Active(day+41) || got[1].Active(day+10) || !got[1].Active(day+11) {
		t.Error("acknowledged and snoozed alerts must be quiet, the latter until its day")
	}

	// An alert within the days scanned that is not found again is withdrawn.
	three := alert.Alert{ID: "ee", Scope: alert.Total, From: day + 30, To: day + 33, Raised: day + 30}
	if fresh := scan(day+41, late, three); len(fresh) != 1 {
		t.Fatalf("%d new alerts, want 1", len(fresh))
	}
	scan(day+42, late)
	for _, a := range b.Status().Alerts {
		if a.Scope == alert.Total {
			t.Errorf("still there: %+v", a)
		}
	}

	if err := b.SetBudget(9); err != nil {
		t.Fatal(err)
	}
	if err := b.SetBudget(0); err == nil {
		t.Error("a budget of 0 is taken")
	}
	reopened, err := alert.OpenBook(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b.Status(), reopened.Status()); d != "" {
		t.Errorf("the file differs from what was kept: %s", d)
	}
	if reopened.Status().Budget != 9 {
		t.Errorf("budget %g", reopened.Status().Budget)
	}
}

func TestOpenBookSaysWhatIsWrong(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"damaged", `{"version":1,`, "unexpected end"},
		{"newer", `{"version":99,"budget":4}`, "newer program"},
		{"no version", `{}`, "names no version"},
		{"budget", `{"version":1,"budget":-3}`, "want 0.1 to 200"},
	} {
		path := filepath.Join(t.TempDir(), "alerts.json")
		if err := os.WriteFile(path, []byte(tc.in), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := alert.OpenBook(path); err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}
