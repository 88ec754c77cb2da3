package lexicon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDetectLanguage(t *testing.T) {
	for want, texts := range map[string][]string{
		Spanish: {
			"La comida llegó fría y el motorizado ni se disculpó", "Rico", "rica comida", "habla causa, qué palta",
			"¿Alguien sabe dónde venden buen ceviche?", "me gusto mucho, volvere con mi familia", "pésimo servicio",
			"El brunch estuvo top, amazing, pero el café frío", "Qué rico el juane de mi wawa, añañau",
			"muy bueno todo", "riquísimo", "no lo recomiendo", "llegó a la hora, nada más que decir",
		},
		English: {
			"The food was great and the staff very friendly", "Best ceviche in Lima, worth the wait",
			"We waited an hour for cold chicken", "Not worth it, too expensive for what you get",
			"I loved this place, the portions are huge", "great service", "Amazing lomo saltado, would come back",
		},
		Portuguese: {
			"A comida estava muito boa e o atendimento ótimo", "Não gostei, o prato chegou frio e a conta veio errada",
			"Melhor ceviche que já comi, voltarei com minha família", "Você precisa conhecer, é muito gostoso",
			"O frango estava ruim e não tinha feijão", "obrigado pelo atendimento, tudo ótimo",
		},
		Quechua: {
			"Ñuqaqa sara mikuytam munani", "Kay wasipi ancha sumaq mikhuna kachkan", "Runakunaqa llaqtankupi tiyanku",
			"Imaynalla kachkanki, wayqey", "Manam yachanichu maypi kasqanta", "Mamayqa papata yanukuchkan",
		},
		Aymara: {
			"Nayax walja manq'a munta, janiw uma munktti", "Jiwasanakax aka markan utjtanwa",
			"Ukax wali askiwa jaqinakataki", "Kamisaki, jumax kunas sutima",
		},
		OtherLang: {
			"Le repas était très bon mais le service est lent", "Das Essen war sehr gut und die Bedienung auch",
			"Il cibo era molto buono e anche il servizio", "とても美味しかったです", "Очень вкусно, спасибо", "음식이 정말 맛있어요",
		},
		Unknown: {"", "👍👍👍", "12345", "jajajaja", "KFC", "Bembos", "!!!", "xd", "ok", "@maria #lima", "https://example.com/es/la-comida"},
	} {
		for _, text := range texts {
			if got := DetectLanguage(text); got != want {
				t.Errorf("DetectLanguage(%q) = %s, want %s", text, got, want)
			}
		}
	}
}

// TestLanguageOfGold: gold rows are Spanish. Short ones may be unknown; nearly
// none may be taken for another language.
func TestLanguageOfGold(t *testing.T) {
	n, es, wrong := 0, 0, 0
	for _, r := range goldRows(t) {
		n++
		switch DetectLanguage(r.Text) {
		case Spanish:
			es++
		case Unknown:
		default:
			wrong++
		}
	}
	t.Logf("%d rows: %.2f%% Spanish, %.2f%% wrong", n, 100*float64(es)/float64(n), 100*float64(wrong)/float64(n))
	if float64(es) < 0.98*float64(n) || float64(wrong) > 0.003*float64(n) {
		t.Errorf("%d of %d Spanish rows recognised, %d taken for another language", es, n, wrong)
	}
}

// TestLanguageOfQuechuaPairs reads sentence pairs that may be used for tests only
// and are not part of the repository.
func TestLanguageOfQuechuaPairs(t *testing.T) {
	dir := "../../../shared/data/lang"
	if s := os.Getenv("ANTOJO_SHARED"); s != "" {
		dir = filepath.Join(s, "data", "lang")
	}
	for file, want := range map[string]string{"quechua_dev.quy": Quechua, "quechua_test.quy": Quechua, "quechua_dev.es": Spanish} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Skip("no Quechua pairs: set ANTOJO_SHARED to run this test")
		}
		n, right, wrong := 0, 0, 0
		for line := range strings.Lines(string(b)) {
			if strings.TrimSpace(line) == "" {
				continue
			}
			n++
			switch DetectLanguage(line) {
			case want:
				right++
			case Unknown:
			default:
				wrong++
			}
		}
		t.Logf("%s: %d sentences, %.1f%% right, %.1f%% wrong", file, n, 100*float64(right)/float64(n), 100*float64(wrong)/float64(n))
		if float64(right) < 0.85*float64(n) || float64(wrong) > 0.01*float64(n) {
			t.Errorf("%s: %d of %d right, %d wrong", file, right, n, wrong)
		}
	}
}

func TestDetectLanguageDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { DetectLanguage(benchTexts[0]) }); n > 0 {
		t.Errorf("DetectLanguage allocates %.0f times", n)
	}
}

func BenchmarkDetectLanguage(b *testing.B) {
	n := 0
	for _, t := range benchTexts {
		n += len(t)
	}
	cpuRate(b, n, func() {
		for _, t := range benchTexts {
			DetectLanguage(t)
		}
	})
}

// FuzzDetectLanguage: always one of the seven answers.
func FuzzDetectLanguage(f *testing.F) {
	for _, t := range benchTexts {
		f.Add(t)
	}
	f.Add("q'''k'\xffñññ")
	known := map[string]bool{Spanish: true, English: true, Portuguese: true, Quechua: true, Aymara: true, OtherLang: true, Unknown: true}
	f.Fuzz(func(t *testing.T, s string) {
		if l := DetectLanguage(s); !known[l] {
			t.Errorf("DetectLanguage(%q) = %q", s, l)
		}
	})
}

// TestLanguageOfShortTexts cuts rows to their first words: with little to go by the
// answer is "unknown" rather than wrong.
func TestLanguageOfShortTexts(t *testing.T) {
	rows := append(goldRows(t), heldOutRows(t)...)
	for _, n := range []int{1, 2, 3, 5} {
		seen := map[string]bool{}
		total, right, wrong := 0, 0, 0
		for _, r := range rows {
			words := strings.Fields(r.Text)
			if len(words) < n {
				continue
			}
			s := strings.Join(words[:n], " ")
			if seen[s] {
				continue
			}
			seen[s] = true
			total++
			switch DetectLanguage(s) {
			case "es":
				right++
			case "unknown":
			default:
				if wrong++; wrong < 8 {
					t.Logf("%q is taken for %s", s, DetectLanguage(s))
				}
			}
		}
		t.Logf("%d words: %d texts, %.1f%% Spanish, %.2f%% wrong", n, total, 100*float64(right)/float64(total), 100*float64(wrong)/float64(total))
		if float64(wrong) > 0.02*float64(total) {
			t.Errorf("%d words: %d of %d wrong, ceiling 2 %%", n, wrong, total)
		}
	}
}
