package web_test

import (
	"testing"
)

// TestSlowPanelsComeLater loads an entity's page twice: the first time it says that
// some panels are on their way and shows the rest, then it shows them. Their CSV is
// complete at once.
func TestSlowPanelsComeLater(t *testing.T) {
	s := newSite(t)
	const path = "/entidad/pollo-a-la-brasa?lang=es"
	panels := []string{"#drivers", "#topics-neg", "#outlook"}
	first := parse(t, s.get(path).Body.String())
	for _, id := range panels {
		if got := text(first.Find(id + " [data-test=empty]")); got != "Se está calculando para esta selección. Vuelve a cargar la página en unos segundos." {
			t.Errorf("first %s: %q, want that it is on its way", id, got)
		}
		if first.Find(id+"[data-coming]").Length() != 1 {
			t.Errorf("first %s does not ask again", id)
		}
		if text(first.Find(id+" h2")) == "" {
			t.Errorf("first %s has no title", id)
		}
	}
	if first.Find("#weekly svg").Length() == 0 {
		t.Error("the weekly panel does not come with the first page")
	}
	s.srv.Settle()
	then := parse(t, s.get(path).Body.String())
	for _, id := range panels {
		if then.Find(id+"[data-coming], "+id+" [data-test=empty]").Length() > 0 || then.Find(id+" tbody tr").Length() == 0 {
			t.Errorf("%s has no rows after it was computed: %q", id, text(then.Find(id)))
		}
	}
	if w := newSite(t).get("/entidad/pollo-a-la-brasa?format=csv&panel=outlook"); w.Code != 200 || w.Body.Len() < 100 {
		t.Errorf("CSV of a panel that no page has asked for: %d, %q", w.Code, w.Body)
	}
}
