package file

import (
	"strings"
	"testing"
	"time"

	"antojo/internal/mention"
)

func TestParseTime(t *testing.T) {
	lima := func(y, m, d, hh, mm, ss int) time.Time {
		return time.Date(y, time.Month(m), d, hh, mm, ss, 0, mention.Lima)
	}
	tests := []struct {
		in    string
		month bool // month first
		want  time.Time
	}{
		{"2018-04-21", false, lima(2018, 4, 21, 0, 0, 0)},
		{"2018-04", false, lima(2018, 4, 1, 0, 0, 0)},
		{"2018/4/1", false, lima(2018, 4, 1, 0, 0, 0)},
		{"2018-04-21 15:04", false, lima(2018, 4, 21, 15, 4, 0)},
		{"2018-04-21 15:04:05", false, lima(2018, 4, 21, 15, 4, 5)},
		{"2018-04-21T15:04:05Z", false, lima(2018, 4, 21, 10, 4, 5)},
		{"2018-04-21T15:04:05.5+02:00", false, lima(2018, 4, 21, 8, 4, 5).Add(500 * time.Millisecond)},
		{"2018-04-21 15:04:05 UTC", false, lima(2018, 4, 21, 10, 4, 5)},
		{"21/04/2018", false, lima(2018, 4, 21, 0, 0, 0)},
		{"1-2-2018", false, lima(2018, 2, 1, 0, 0, 0)},
		{"1/2/2018", true, lima(2018, 1, 2, 0, 0, 0)},
		{"21.04.18", false, lima(2018, 4, 21, 0, 0, 0)},
		{"21/04/2018 3:04 p. m.", false, lima(2018, 4, 21, 15, 4, 0)},
		{"21/04/2018, 12:04 AM", false, lima(2018, 4, 21, 0, 4, 0)},
		{"04/2018", false, lima(2018, 4, 1, 0, 0, 0)},
		{"21 de abril de 2018", false, lima(2018, 4, 21, 0, 0, 0)},
		{"sábado, 21 de abril de 2018", false, lima(2018, 4, 21, 0, 0, 0)},
		{"21 abr. 2018 15:04", false, lima(2018, 4, 21, 15, 4, 0)},
		{"21-abr-18", false, lima(2018, 4, 21, 0, 0, 0)},
		{"setiembre 2018", false, lima(2018, 9, 1, 0, 0, 0)},
		{"abr-18", false, lima(2018, 4, 1, 0, 0, 0)},
		{"April 21, 2018", false, lima(2018, 4, 21, 0, 0, 0)},
		{"Apr 21, 2018 3:04:05 PM", false, lima(2018, 4, 21, 15, 4, 5)},
		{"Sat Apr 21 15:04:05 +0000 2018", false, lima(2018, 4, 21, 10, 4, 5)},
		{"Sat, 21 Apr 2018 15:04:05 GMT", false, lima(2018, 4, 21, 10, 4, 5)},
		{"1524323045", false, time.Unix(1524323045, 0)},
		{"1524323045000", false, time.Unix(1524323045, 0)},
		{"1524323045.0", false, time.Unix(1524323045, 0)},
		{"20180421", false, lima(2018, 4, 21, 0, 0, 0)},
		{"43211", false, lima(2018, 4, 21, 0, 0, 0)},
		{"43211.25", false, lima(2018, 4, 21, 6, 0, 0)},
	}
	for _, tt := range tests {
		got, err := parseTime(tt.in, tt.month)
		if err != nil || !got.Equal(tt.want) {
			t.Errorf("parseTime(%q) = %v, %v; want %v", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"", "2018", "ayer", "hace 2 semanas", "31/02/2018", "2018-13-01", "2018-02-30", "25/25/2018", "12:30", "21/04", "Pedro 2018", "1/2/3/4", "99999999999999999999", "2018-04-21 25:00", "abril"} {
		if got, err := parseTime(in, false); err == nil {
			t.Errorf("parseTime(%q) = %v, want an error", in, got)
		}
	}
	if _, err := parseTime("03/25/2025", false); err != errOrder {
		t.Errorf("month first in a day-first file: %v", err)
	}
}

func TestRatings(t *testing.T) {
	tests := []struct {
		in   string
		max  int
		want float32
		bad  string // start of the reason
	}{
		{"5", 5, 5, ""}, {"4.5", 5, 4.5, ""}, {"4,5", 5, 4.5, ""}, {" 3 ", 5, 3, ""}, {"5 estrellas", 5, 5, ""}, {"1 estrella", 5, 1, ""},
		{"★★★★☆", 5, 4, ""}, {"⭐⭐⭐", 5, 3, ""}, {"★★★½", 5, 3.5, ""}, {"4/5", 5, 4, ""}, {"4 de 5", 5, 4, ""}, {"4.0 out of 5 stars", 5, 4, ""},
		{"8/10", 5, 4.2, ""}, {"100%", 5, 5, ""}, {"FIVE", 5, 5, ""}, {"cuatro", 5, 4, ""}, {"tres estrellas", 5, 3, ""},
		{"", 5, 0, ""}, {"N/A", 5, 0, ""}, {"0", 5, 0, ""}, {"0", 10, 1, ""}, {"10", 10, 5, ""}, {"50", 100, 3, ""},
		{"11", 5, 0, errRatingRange}, {"-1", 5, 0, errRatingRange}, {"0.5", 5, 0, errRatingRange}, {"11", 10, 0, errRatingRange}, {"12/10", 5, 0, errRatingRange}, {"★★★★★★", 5, 0, errRatingRange},
		{"bueno", 5, 0, errRating}, {"4.5.5", 5, 0, errRating}, {"4/7", 5, 0, errRating}, {"5 soles", 5, 0, errRating},
	}
	for _, tt := range tests {
		got, bad := ratingOf(&cell{kind: cText, s: tt.in}, tt.max)
		if d := got - tt.want; d > 1e-6 || d < -1e-6 || (tt.bad == "") != (bad == "") || !strings.HasPrefix(bad, tt.bad) {
			t.Errorf("ratingOf(%q, %d) = %v, %q; want %v, %q", tt.in, tt.max, got, bad, tt.want, tt.bad)
		}
	}
}

func TestDepartments(t *testing.T) {
	for in, want := range map[string]mention.Department{
		"Lima": 15, "LIMA": 15, "lima ": 15, "15": 15, "150101": 15, "1": 1, "01": 1, "10101": 1, "15.0": 0, "Cuzco": 8, "San Martin": 22, "san martín": 22,
		"Departamento de Junín": 12, "PE-LIM": 15, "PE-CAL": 7, "Prov. Const. del Callao": 7, "Áncash": 2, "26": 0, "0": 0, "Bogotá": 0, "": 0,
	} {
		if got := departmentOf(in); got != want {
			t.Errorf("departmentOf(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestCleanText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Rico <3 y a < b", "Rico <3 y a < b"},
		{"<b>Rico</b> &amp; barato", "Rico & barato"},
		{"uno<br>dos<BR/>tres", "uno\ndos\ntres"},
		{"a<script type=\"x\">alert('<b>')</script>b", "ab"},
		{"a<SCRIPT>sin fin", "a"},
		{"&lt;p&gt;doble&lt;/p&gt;", "doble\n"},
		{"<juan> dijo", "<juan> dijo"},
		{"AT&T y R&B", "AT&T y R&B"},
		{"a\r\nb\x07c", "a\nb c"},
		{"<!-- oculto -->visto", "visto"},
		{"<img src=x onerror=alert(1)>hola", " hola"},
		{"precio <20 soles>", "precio <20 soles>"},
	}
	for _, tt := range tests {
		if got, _ := cleanText(tt.in); got != tt.want {
			t.Errorf("cleanText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestGuessField(t *testing.T) {
	for in, want := range map[string]field{
		"Reseña": fText, "COMENTARIO": fText, " review_text": fText, "Comentario del cliente": fText, "¿Algún comentario adicional?": fText, "review.text": fText,
		"Fecha": fTime, "created_at": fTime, "Fecha de registro": fTime, "Marca temporal": fTime, "Fecha de nacimiento": fNone, "published_at": fTime,
		"Estrellas": fRating, "star rating": fRating, "Calificación general": fRating, "Total de estrellas": fNone,
		"Autor": fAuthor, "user.name": fAuthor, "user_id": fAuthor, "Local": fPlace, "provider": fPlace, "place_category": fNone,
		"Departamento": fDepartment, "Región": fDepartment, "Distrito": fDistrict, "Canal": fChannel, "fuente": fSource, "Idioma": fLang,
		"id": fID, "comment_id": fID, "label": fNone, "aspects.food": fNone, "tipo de comentario": fNone, "edad": fNone, "": fNone,
	} {
		if got, _ := guessField(in); got != want {
			t.Errorf("guessField(%q) = %s, want %s", in, got, want)
		}
	}
}
