package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func (s *server) upload(t *testing.T, query, body string, header ...string) reply {
	t.Helper()
	return s.post(t, "/api/v1/imports?"+query, body, append([]string{"Authorization", "Bearer " + s.tokens["write"], "Content-Type", "text/csv"}, header...)...)
}

// TestImportOnce: the same file under the same key is one import, and another file
// under it is refused; without a key the rows are found to be duplicates.
func TestImportOnce(t *testing.T) {
	s := serve(t)
	csv := "texto,fecha,local\nEl rocoto relleno estaba bravazo,2026-10-03,Sabor Characato\nNi fu ni fa el chupe,2026-10-04,Sabor Characato\n,2026-10-04,\n"
	first := s.upload(t, "name=once.csv&source=review&channel=once", csv, "Idempotency-Key", "once-1")
	if first.StatusCode != 202 {
		t.Fatalf("%d %s", first.StatusCode, first.body)
	}
	id := first.json(t)["id"]
	if loc := first.Header.Get("Location"); loc != fmt.Sprint("/api/v1/imports/", id) {
		t.Errorf("Location %q of import %v", loc, id)
	}
	done, err := s.waitFor(first.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if done["status"] != "done" || done["accepted"] != 2.0 || done["rejected"] != 1.0 || done["file"] != "once.csv" || done["source"] != "review" || done["channel"] != "once" {
		t.Errorf("the import: %v", done)
	}
	if at(t, done, "rejections", 0, "reason") == "" {
		t.Errorf("the row left out has no reason: %v", done)
	}
	again := s.upload(t, "name=once.csv&source=review&channel=once", csv, "Idempotency-Key", "once-1")
	if again.StatusCode != 202 || again.json(t)["id"] != id || again.Header.Get("Idempotency-Replayed") != "true" || again.json(t)["accepted"] != 2.0 {
		t.Errorf("sent again: %d %v, replayed %q", again.StatusCode, again.json(t), again.Header.Get("Idempotency-Replayed"))
	}
	for what, r := range map[string]reply{
		"another file":    s.upload(t, "name=once.csv&source=review&channel=once", csv+"Rico,2026-10-05,\n", "Idempotency-Key", "once-1"),
		"another channel": s.upload(t, "name=once.csv&source=review&channel=other", csv, "Idempotency-Key", "once-1"),
	} {
		if r.StatusCode != 422 || at(t, r.json(t), "errors", 0, "location") != "header.Idempotency-Key" {
			t.Errorf("%s under the key: %d %s", what, r.StatusCode, r.body)
		}
	}
	bare := s.upload(t, "name=once.csv&source=review&channel=once", csv)
	twice, err := s.waitFor(bare.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if twice["id"] == id || twice["accepted"] != 0.0 || twice["duplicate"] != 2.0 {
		t.Errorf("without a key: %v", twice)
	}
	found := s.get(t, "/api/v1/mentions?channel=once&all=1").json(t)
	if n := len(found["mentions"].([]any)); n != 2 {
		t.Errorf("%d mentions of the file, want 2", n)
	}
}

// TestImportRefused: what cannot be read is said at once, with the reason.
func TestImportRefused(t *testing.T) {
	s := serve(t)
	for _, c := range []struct{ query, body, location string }{
		{"name=empty.csv", "", "body"},
		{"name=notext.csv", "a,b\n1,2\n", "body"},
		{"name=photo.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "body"},
		{"name=../..", "texto\nhola\n", "query.name"},
		{"", "texto\nhola\n", "query.name"},
		{"name=a.csv&source=radio", "texto\nhola\n", "query.source"},
	} {
		r := s.upload(t, c.query, c.body)
		if r.StatusCode != 422 || at(t, r.json(t), "errors", 0, "location") != c.location {
			t.Errorf("%s: %d %s, want 422 at %s", c.query, r.StatusCode, r.body, c.location)
		}
		if err := leaks(s, r.body); err != nil {
			t.Error(err)
		}
	}
}

// TestImportsSideBySide: several uploads at once, each counted for itself.
func TestImportsSideBySide(t *testing.T) {
	s := serve(t)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			var b strings.Builder
			b.WriteString("texto,fecha\n")
			for k := range 50 {
				fmt.Fprintf(&b, "El juane número %d de la tanda %d estaba rico,2026-10-%02d\n", k, i, 1+k%28)
			}
			r := s.upload(t, fmt.Sprintf("name=side-%d.csv&channel=side", i), b.String())
			if r.StatusCode != 202 {
				t.Errorf("upload %d: %d %s", i, r.StatusCode, r.body)
				return
			}
			done, err := s.waitFor(r.Header.Get("Location"))
			if err != nil || done["status"] != "done" || done["accepted"] != 50.0 {
				t.Errorf("upload %d: %v %v", i, done, err)
			}
		})
	}
	wg.Wait()
}

// TestSeries: points come back as they were sent, and a later value replaces.
func TestSeries(t *testing.T) {
	s := serve(t)
	send := func(csv string) map[string]any {
		t.Helper()
		return s.post(t, "/api/v1/series", csv, "Authorization", "Bearer "+s.tokens["write"], "Content-Type", "text/csv").json(t)
	}
	rep := send("date,item,place,value,unit\n2026-10-01,limon-test,Lima,4.5,PEN/kg\n2026-10-08,limon-test,Lima,5.25,PEN/kg\n2026-10-09,limon-test,Lima,cheap,PEN/kg\n")
	if rep["accepted"] != 2.0 || rep["rejected"] != 1.0 || at(t, rep, "rejections", 0, "row") != 4.0 {
		t.Errorf("first: %v", rep)
	}
	rep = send("date,item,place,value,unit\n2026-10-01,limon-test,Lima,4.5,PEN/kg\n2026-10-08,limon-test,Lima,6,PEN/kg\n")
	if rep["replaced"] != 1.0 || rep["duplicate"] != 1.0 || rep["accepted"] != 0.0 {
		t.Errorf("second: %v", rep)
	}
	list := s.get(t, "/api/v1/series?item=limon-test&from=2026-10-02&place=lima").json(t)
	if list["total"] != 1.0 || at(t, list, "points", 0, "value") != 6.0 {
		t.Errorf("list: %v", list)
	}
	if r := s.post(t, "/api/v1/series", "a,b\n", "Authorization", "Bearer "+s.tokens["write"], "Content-Type", "text/csv"); r.StatusCode != 422 {
		t.Errorf("no such columns: %d %s", r.StatusCode, r.body)
	}
}

// TestCheckLexicon: a table is judged and nothing of it is kept.
func TestCheckLexicon(t *testing.T) {
	s := serve(t)
	head := "action,id,name,name_en,kind,parent,variants,region,season,cpi,tags,homograph,source\n"
	r := s.post(t, "/api/v1/lexicon/check", head+"add,mi-plato-nuevo,mi plato nuevo,my new dish,dish,no-such-parent,,costa,,,,,\n", "Content-Type", "text/csv")
	if r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.body)
	}
	rep := r.json(t)
	if rep["add"] != 1.0 || !strings.Contains(marshal(t, rep["problems"]), "no-such-parent") {
		t.Errorf("report: %v", rep)
	}
	if r := s.get(t, "/api/v1/entities/mi-plato-nuevo"); r.StatusCode != 404 {
		t.Errorf("the entity is there after a check: %d", r.StatusCode)
	}
	if r := s.post(t, "/api/v1/lexicon/check", "nonsense", "Content-Type", "text/csv"); r.StatusCode != 422 {
		t.Errorf("not a table: %d %s", r.StatusCode, r.body)
	}
}
