package web_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"antojo/internal/web"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

var update = flag.Bool("update", false, "write the pictures and boxes of the main pages anew (testdata/golden)")

// goldenPages are the main pages, by the name of their pictures.
var goldenPages = []struct{ name, path string }{
	{"hoy", "/"}, {"tendencias", "/tendencias"}, {"entidad", "/entidad/ceviche"}, {"preferencias", "/preferencias"}, {"mapa", "/mapa"},
	{"comparar", "/comparar?e=ceviche&e=lomo-saltado&e=pollo-a-la-brasa"}, {"menciones", "/menciones?q=ceviche"}, {"informes", "/informes"}, {"modelos", "/modelos"},
	{"recorrido", "/?tour=1"},
}

// goldenLooks are a phone, a small laptop and a wide screen, each with how much of a
// page its picture shows.
var goldenLooks = []struct{ width, height int64 }{{390, 2600}, {1024, 1800}, {1600, 1800}}

const (
	goldenDays   = 74   // of the demo data
	goldenMove   = 4    // pixels by which an edge may move
	goldenLevel  = 48   // of 255, by which a channel of a pixel may differ
	goldenDiffer = 0.02 // share of the pixels that may differ more
)

// dress gives a page the fonts that the test brings along, so that its layout does not
// depend on those of the machine, and stops what moves. Neither needs leave of the
// page's policy: a font of bytes and a constructed sheet are no requests.
const dress = `(async () => {
	const bytes = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0)).buffer;
	const fonts = [new FontFace("Golden", bytes(%q), {weight: "1 559"}), new FontFace("Golden", bytes(%q), {weight: "560 1000"})];
	for (const f of fonts) document.fonts.add(await f.load());
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(":root{--font:Golden} *{text-rendering:geometricPrecision!important} code,pre,kbd,textarea{font-family:Golden!important} *,*::before,*::after{animation:none!important;transition:none!important}");
	document.adoptedStyleSheets = [sheet];
	await document.fonts.ready;
	await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
	return !document.querySelector("[data-coming]");
})()`

// measure lists what stands where: everything that tests know by name, headings and
// cards, down to the end of the picture.
const measure = `(() => [...document.querySelectorAll("main [data-test], main h1, main h2, main .card, main .tiles > *, .side, .foot")].map((el) => {
	const r = el.getBoundingClientRect();
	return {Name: el.dataset.test || el.id || el.tagName.toLowerCase(), Box: [r.x, r.y, r.width, r.height].map(Math.round)};
}).filter((b) => b.Box[1] < innerHeight && b.Box[2] > 0))()`

type namedBox struct {
	Name string
	Box  [4]int // left, top, width, height in pixels
}

// TestGolden compares each main page at three widths with its picture and its boxes of
// last time. The data, the clock and the fonts are the test's own (ADR 0201).
func TestGolden(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser run")
	}
	f, err := build(goldenDays) // a store of its own: other tests change what the shared one knows
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
	})
	noon := f.last.Date().Add(17 * time.Hour) // in Lima
	s := newSite(t, withModels(t), func(o *web.Options) {
		o.Data, o.Runs, o.Reports = f.store, f.store, reporter{f}
		o.Now = func() time.Time { return noon }
	})
	for _, p := range goldenPages { // what is made in the background is there when the browser asks
		s.get(p.path)
		s.srv.Settle()
	}
	ts := httptest.NewServer(s.srv)
	t.Cleanup(ts.Close)
	tab, complaints := openTab(t, ts.URL, chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("disable-lcd-text", true), chromedp.Flag("force-color-profile", "srgb"))
	encode := base64.StdEncoding.EncodeToString
	put := fmt.Sprintf(dress, encode(goregular.TTF), encode(gobold.TTF))
	for _, p := range goldenPages {
		for _, look := range goldenLooks {
			name := fmt.Sprintf("%s-%d", p.name, look.width)
			t.Run(name, func(t *testing.T) {
				sep := "?"
				if bytes.ContainsRune([]byte(p.path), '?') {
					sep = "&"
				}
				var whole bool
				var boxes []namedBox
				var shot []byte
				// On a busy machine a page may not wait for its slow parts: it is opened again.
				for try := 0; !whole && try < 20; try++ {
					s.srv.Settle()
					if err := chromedp.Run(tab,
						emulation.SetDeviceMetricsOverride(look.width, look.height, 1, false), emulation.SetScrollbarsHidden(true),
						chromedp.Navigate(ts.URL+p.path+sep+"theme=light&lang=es"), chromedp.WaitReady("#main", chromedp.ByQuery),
						chromedp.Evaluate(put, &whole, awaited)); err != nil {
						t.Fatal(err)
					}
				}
				if !whole {
					t.Fatal("a part of the page is still on its way")
				}
				if err := chromedp.Run(tab, chromedp.Evaluate(measure, &boxes),
					chromedp.ActionFunc(func(ctx context.Context) (err error) {
						shot, err = page.CaptureScreenshot().WithFormat(page.CaptureScreenshotFormatPng).Do(ctx)
						return err
					})); err != nil {
					t.Fatal(err)
				}
				if len(boxes) < 5 {
					t.Fatalf("only %d boxes are measured", len(boxes))
				}
				compareGolden(t, filepath.Join("testdata", "golden", name), boxes, shot)
			})
		}
	}
	for _, c := range complaints() {
		t.Error(c)
	}
}

// compareGolden compares with the files at path, or writes them with -update.
func compareGolden(t *testing.T, path string, boxes []namedBox, shot []byte) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	small := halve(img)
	if *update {
		writeGolden(t, path, boxes, small)
		return
	}
	b, err := os.ReadFile(path + ".json")
	if err != nil {
		t.Fatalf("%v: make golden writes it", err)
	}
	var want []namedBox
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	named := func(bs []namedBox) (out []string) {
		for _, b := range bs {
			out = append(out, b.Name)
		}
		return out
	}
	if got := named(boxes); !slices.Equal(got, named(want)) {
		t.Errorf("the page has the parts %v, the golden %v", got, named(want))
	} else {
		for i, w := range want {
			for k := range w.Box {
				if d := boxes[i].Box[k] - w.Box[k]; d > goldenMove || d < -goldenMove {
					t.Errorf("part %d, %s, is at %v, in the golden at %v", i, w.Name, boxes[i].Box, w.Box)
					break
				}
			}
		}
	}
	b, err = os.ReadFile(path + ".png")
	if err != nil {
		t.Fatalf("%v: make golden writes it", err)
	}
	old, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	share, err := differing(old, small)
	if err == nil && share <= goldenDiffer && !t.Failed() {
		return
	}
	now := filepath.Join(os.TempDir(), "antojo-golden-"+filepath.Base(path)+".png")
	var buf bytes.Buffer
	if png.Encode(&buf, small) == nil && os.WriteFile(now, buf.Bytes(), 0o644) == nil {
		t.Logf("how it looks now: %s", now)
	}
	if err != nil {
		t.Fatal(err)
	}
	if share > goldenDiffer {
		t.Errorf("%.2f %% of the pixels differ, at most %.0f %% may: look at both pictures; if the change is meant, make golden", 100*share, 100*goldenDiffer)
	}
}

func writeGolden(t *testing.T, path string, boxes []namedBox, small *image.NRGBA) {
	t.Helper()
	var b, js bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, fewColours(small)); err != nil {
		t.Fatal(err)
	}
	for i, x := range boxes { // one part a line, so that a diff can be read
		lead := ",\n"
		if i == 0 {
			lead = "[\n"
		}
		line, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		js.WriteString(lead + string(line))
	}
	js.WriteString("\n]\n")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{path + ".png": b.Bytes(), path + ".json": js.Bytes()} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// halve is a picture at half its size: the mean of four pixels each.
func halve(in image.Image) *image.NRGBA {
	r := in.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, r.Dx()/2, r.Dy()/2))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]uint32
			for i := range 4 {
				cr, cg, cb, _ := in.At(r.Min.X+2*x+i%2, r.Min.Y+2*y+i/2).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+cr>>8, sum[1]+cg>>8, sum[2]+cb>>8
			}
			out.SetNRGBA(x, y, color.NRGBA{uint8((sum[0] + 2) / 4), uint8((sum[1] + 2) / 4), uint8((sum[2] + 2) / 4), 255})
		}
	}
	return out
}

// goldenColours is how many colours a golden keeps.
const goldenColours = 96

// fewColours is a picture with goldenColours of its colours, of 32 levels a channel: a
// third of the size, and enough to be compared and looked at. Colours are chosen one by
// one, the next being the one that is frequent and far from all chosen, so that a small
// coloured sign keeps its colour among many greys.
func fewColours(in *image.NRGBA) *image.Paletted {
	counts := map[color.NRGBA]int{}
	coarse := func(c color.NRGBA) color.NRGBA {
		l := func(v uint8) uint8 { return v>>3<<3 | v>>5 }
		return color.NRGBA{l(c.R), l(c.G), l(c.B), 255}
	}
	for y := range in.Rect.Dy() {
		for x := range in.Rect.Dx() {
			counts[coarse(in.NRGBAAt(x, y))]++
		}
	}
	type candidate struct {
		c    color.NRGBA
		n    float64
		away float64 // squared distance to the nearest chosen
	}
	var all []candidate
	for c, n := range counts {
		all = append(all, candidate{c, math.Sqrt(float64(n)), 3 * 255 * 255})
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.c.R, b.c.R), cmp.Compare(a.c.G, b.c.G), cmp.Compare(a.c.B, b.c.B))
	})
	var pal color.Palette
	for range min(goldenColours, len(all)) {
		best := 0
		for i, x := range all {
			if x.n*x.away > all[best].n*all[best].away {
				best = i
			}
		}
		next := all[best].c
		pal = append(pal, next)
		for i := range all {
			r, g, b := float64(all[i].c.R)-float64(next.R), float64(all[i].c.G)-float64(next.G), float64(all[i].c.B)-float64(next.B)
			all[i].away = min(all[i].away, r*r+g*g+b*b)
		}
	}
	out := image.NewPaletted(in.Rect, pal)
	index := map[color.NRGBA]uint8{}
	for y := range in.Rect.Dy() {
		for x := range in.Rect.Dx() {
			c := coarse(in.NRGBAAt(x, y))
			i, ok := index[c]
			if !ok {
				i = uint8(pal.Index(c))
				index[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	return out
}

// differing is the share of pixels of which a channel differs by more than goldenLevel.
func differing(a, b image.Image) (float64, error) {
	if a.Bounds() != b.Bounds() {
		return 1, fmt.Errorf("the picture is %v, the golden %v", b.Bounds().Max, a.Bounds().Max)
	}
	r, n := a.Bounds(), 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			ar, ag, ab, _ := a.At(x, y).RGBA()
			br, bg, bb, _ := b.At(x, y).RGBA()
			far := func(u, v uint32) bool { return max(u, v)-min(u, v) > goldenLevel<<8 }
			if far(ar, br) || far(ag, bg) || far(ab, bb) {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, r.Dx()*r.Dy())), nil
}

// TestDiffering: a picture does not differ from itself with few colours, and does from
// one with a stripe of another colour, by the share of the stripe.
func TestDiffering(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 100, 80))
	for y := range 80 {
		for x := range 100 {
			img.SetNRGBA(x, y, color.NRGBA{uint8(2 * x), uint8(3 * y), 90, 255})
		}
	}
	small := halve(img)
	if got, err := differing(small, small); err != nil || got != 0 {
		t.Errorf("from itself: %v, %v", got, err)
	}
	other := halve(img)
	for x := range 50 {
		for y := range 4 {
			other.SetNRGBA(x, y, color.NRGBA{255, 0, 255, 255})
		}
	}
	if got, err := differing(small, other); err != nil || got < 0.08 || got > 0.1 {
		t.Errorf("with a stripe of a tenth: %v, %v", got, err)
	}
	if _, err := differing(small, img); err == nil {
		t.Error("pictures of two sizes are compared")
	}
	if n := len(fewColours(small).Palette); n > goldenColours {
		t.Errorf("%d colours", n)
	}
}
