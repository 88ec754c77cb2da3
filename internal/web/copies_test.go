package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/pipeline"
)

// TestCampaignsOnPages loads a campaign among other mentions, has it found, and
// looks at it with and without it.
func TestCampaignsOnPages(t *testing.T) {
	s := emptySite(t)
	var batch mention.Batch
	add := func(i int, author, text string) {
		a := mention.Annotated{Run: "20260101-000000-copias"}
		a.Mention = mention.Mention{Source: mention.Social, Channel: "red", Author: author, Text: text, Time: time.Date(2026, 11, 3-i%100, 15, i, 0, 0, time.UTC)}
		a.ID = mention.ContentID(&a.Mention, fmt.Sprint(i))
		a.Annotation = mention.Annotation{Language: "es", Scored: true, Relevant: true, Relevance: .9, Sentiments: [3]float32{.1, .8, .1}, Model: "truth"}
		batch.Mentions = append(batch.Mentions, a)
	}
	for i := range 28 {
		add(i, fmt.Sprintf("%032x", i+1), fmt.Sprintf("el plato número %s de %s salió %s del local", strings.Repeat("a", i+1), strings.Repeat("be", i+1), strings.Repeat("ci", i+1)))
	}
	for i := range 12 {
		add(100+i, fmt.Sprintf("%032x", 500+i%2), "corran por la nueva hamburguesa triple que está de locura total "+strings.Repeat("!", i))
	}
	if _, err := s.store.Load(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.NewCopies(pipeline.CopiesOptions{Store: s.store})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	count := func(path string) (rows int, lead string) {
		t.Helper()
		d := s.doc(path)
		return d.Find("[data-test=mention]").Length(), text(d.Find("[data-test=count]"))
	}
	d := s.doc("/menciones")
	note := d.Find("[data-test=copies]")
	if got := text(note); !strings.Contains(got, "12 de estas menciones son copias de campaña") {
		t.Errorf("note on campaigns = %q", got)
	}
	only, _ := note.Find("a").First().Attr("href")
	without, _ := note.Find("a").Last().Attr("href")
	if n, lead := count(only); n != 12 || !strings.HasPrefix(lead, "12 ") {
		t.Errorf("%s shows %d mentions, %q; want 12", only, n, lead)
	}
	if _, lead := count(without); !strings.HasPrefix(lead, "28 ") {
		t.Errorf("%s says %q, want 28", without, lead)
	}
	if got := text(s.doc(without).Find("[data-test=active]")); !strings.Contains(got, "Sin copias de campaña") {
		t.Errorf("what narrows the selection = %q", got)
	}
	chip := d.Find("[data-test=copy]").First()
	cluster, _ := chip.Attr("href")
	if text(chip) != "Copia de campaña" || !strings.Contains(cluster, "cluster=") {
		t.Fatalf("chip of a copy = %q to %q", text(chip), cluster)
	}
	if n, _ := count(cluster); n != 12 {
		t.Errorf("%s shows %d copies, want 12", cluster, n)
	}
	for _, path := range []string{"/", "/tendencias", "/entidad/ceviche", "/menciones"} {
		for _, q := range []string{"?campaign=exclude", "?campaign=only", "?campaign=exclude&lang=en"} {
			w := s.get(path + q)
			d := parse(t, w.Body.String())
			if w.Code != 200 {
				t.Fatalf("%s answers %d: %s", path+q, w.Code, text(d.Find("main")))
			}
			if d.Find("select[name=campaign] option[selected]").Length() != 1 {
				t.Errorf("%s does not show what was chosen", path+q)
			}
		}
	}
	if w := s.get("/menciones?campaign=sometimes"); w.Code != 400 {
		t.Errorf("a choice that does not exist answers %d, want 400", w.Code)
	}
}
