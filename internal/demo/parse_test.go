package demo

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/assets"
	"antojo/internal/mention"
)

type fixed map[string]word

func (f fixed) fill(name string) string { return f[name].text }
func (f fixed) word(name string) word   { return f[name] }

func TestPattern(t *testing.T) {
	f := fixed{"E": {"papas", true, true}, "I": {"limón", false, false}, "C": {"Ica", false, false}}
	cases := map[string]string{
		"{el} {E} ric{o}":                   "las papas ricas",
		"{del:I} {I}, car{o:I}":             "del limón, caro",
		"{E} {llegó|llegaron} a {C}":        "papas llegaron a Ica",
		"estaba{n} <normal{es}|normal{es}>": "estaban normales",
		"<|> sin nada":                      " sin nada",
		"a <b <c|c>|b <c|c>> d":             "a b c d",
		"{este} {E}: {un} {E}, {al} {I:}":   "",
		"sin cerrar {E":                     "",
		"sin cerrar <a|b":                   "",
		"suelto > aquí":                     "",
		"{DESCONOCIDO}":                     "",
	}
	for in, want := range cases {
		p, err := compile(in)
		if want == "" {
			if err == nil {
				t.Errorf("pattern %q gave no error", in)
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if got := string(p.expand(nil, rand.New(rand.NewPCG(1, 2)), f)); got != want {
			t.Errorf("pattern %q gives %q, want %q", in, got, want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{"{el} {E}", "<a|b>", "{a|b} <{C}|>", "<<>>", "{", "<"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := compile(s)
		if err != nil {
			return
		}
		p.expand(nil, rand.New(rand.NewPCG(1, 2)), fixed{})
	})
}

// A mistake in a table or a text is named with its file and line.
func TestParseNamesMistakes(t *testing.T) {
	sub, err := fs.Sub(assets.Demo, "demo")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	names, err := fs.Glob(sub, "*.csv")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := fs.Glob(sub, "texts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range append(names, texts...) {
		b, err := fs.ReadFile(sub, n)
		if err != nil {
			t.Fatal(err)
		}
		files[n] = &fstest.MapFile{Data: b}
	}
	cases := []struct{ file, old, new, want string }{
		{"settings.csv", "mentions,200000", "mentions,many", "settings.csv row 6: column value"},
		{"settings.csv", "seed,", "sead,", `unknown setting "sead"`},
		{"channels.csv", ",survey,", ",poll,", "channels.csv row 10: source"},
		{"departments.csv", "15,Lima", "16,Lima", "departments.csv row 16: department"},
		{"entities.csv", "ceviche,marino", "ceviche,maritime", `unknown family "maritime"`},
		{"feasts.csv", "nth:3:sun:11", "nth:3:sunday:11", "feasts.csv row 24: calendar rule"},
		{"feasts.csv", "salchipapa:7", "salchipapas:7", `names entity "salchipapas"`},
		{"events.csv", "maki-step,step", "maki-step,jump", `unknown kind "jump"`},
		{"families.csv", "food|ambience,price|health", "food|ambience,price|wealth", "column weak: not an aspect"},
		{"texts/crave.txt", "intent=crave", "intent=want", `crave.txt line 3: unknown intent "want"`},
		{"texts/ask.txt", "¿cuánto está {un} {E}", "¿cuánto está {un} {X}", "unknown slot {X}"},
		{"texts/say.txt", "[say aspect=food polarity=pos]", "[tell aspect=food polarity=pos]", `unknown section "tell"`},
	}
	for _, c := range cases {
		bad := fstest.MapFS{}
		for n, f := range files {
			bad[n] = f
		}
		text := string(files[c.file].Data)
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s does not hold %q", c.file, c.old)
		}
		bad[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, c.new, 1))}
		_, err := Parse(bad)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q: got %v, want an error with %q", c.file, c.new, err, c.want)
		}
	}
	if _, err := Parse(fstest.MapFS{}); err == nil {
		t.Error("an empty folder gave no error")
	}
}

func TestPrices(t *testing.T) {
	p := plan(t)
	at := map[string]float64{}
	for _, x := range p.Prices() {
		if x.Value <= 0 || weekday(x.Day) != 0 {
			t.Errorf("price %+v is not a positive one of a Monday", x)
		}
		at[x.Item+" "+x.Day.String()] = x.Value
	}
	if before, during := at["limon 2026-09-28"], at["limon 2026-10-26"]; during < 1.7*before {
		t.Errorf("limón costs %.2f before its shock and %.2f in it", before, during)
	}
	// Complaints follow the price by a week.
	d, err := mention.ParseDay("2026-10-05")
	if err != nil {
		t.Fatal(err)
	}
	i := p.eventIndex("limon-2026")
	got := [2]bool{p.model.shock[d+6-p.Start][i] > 0, p.model.shock[d+7-p.Start][i] > 0}
	if diff := cmp.Diff([2]bool{false, true}, got); diff != "" {
		t.Errorf("shock on the days before and after the lag (-want +got):\n%s", diff)
	}
}

func TestReplay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ids := map[string]bool{}
	err := Replay(ctx, plan(t), time.Microsecond, func() time.Time { at = at.Add(time.Second); return at }, func(r mention.Raw) error {
		if !r.Time.Equal(at) || !r.Synthetic || ids[r.External] {
			t.Errorf("row %+v is not a new one of now", r)
		}
		ids[r.External] = true
		if len(ids) == 700 { // more than the tail holds: it goes round
			cancel()
		}
		return nil
	})
	if err != nil || len(ids) < 700 {
		t.Errorf("%d rows, error %v", len(ids), err)
	}
}
