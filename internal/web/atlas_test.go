package web_test

import (
	"strings"
	"testing"
)

// TestMapOfOneDepartment: one department alone differs from nothing, so the title tells
// its figure; the limits of a key of shares are told with the decimals of their step.
func TestMapOfOneDepartment(t *testing.T) {
	s := newSite(t)
	one := text(s.doc("/mapa?department=15&lang=es&window=12m").Find("#map h2"))
	if !strings.HasPrefix(one, "Lima: ") || !strings.Contains(one, "IC 95 %: ") {
		t.Errorf("title of Lima alone: %q", one)
	}
	if all := text(s.doc("/mapa?lang=es&window=12m").Find("#map h2")); strings.HasPrefix(all, "Lima: ") {
		t.Errorf("title of all: %q", all)
	}
}
