package file

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"antojo/internal/privacy"
)

// field is what a column can hold.
type field uint8

const (
	fNone field = iota
	fID
	fText
	fTime
	fAuthor
	fRating
	fPlace
	fDepartment
	fDistrict
	fSource
	fChannel
	fLang
	fSynthetic
	numFields
)

var fieldNames = [numFields]string{"", "id", "text", "ts", "author", "rating", "place", "department", "district", "source", "channel", "lang", "synthetic"}

// String returns the key of f, as used in Map.
func (f field) String() string { return fieldNames[f] }

// aliases are the folded column names of each field, best first: if a file has
// two of them, the earlier one is taken. Spanish and English, and the names that
// the exports of well-known platforms use.
var aliases = [numFields][]string{
	fID: {"id", "review id", "reviewid", "comment id", "comment_id", "id str", "tweet id", "post id", "mention id", "uid", "uuid", "guid", "codigo", "identificador", "id comentario", "id resena", "id respuesta", "nro", "folio", "response id", "submission id", "name id", "permalink", "url", "link"},
	fText: {"text", "texto", "full text", "texto completo", "comentario", "comentarios", "comment", "comments", "resena", "resenas", "review", "reviews", "review text", "reviewtext", "review body", "body", "selftext", "opinion", "opiniones", "mensaje", "message", "respuesta", "respuestas", "answer", "response", "contenido", "content", "snippet", "texto del comentario", "texto de la resena", "comentario del cliente", "comment text", "textdisplay", "textoriginal", "caption", "tweet", "publicacion", "post",
		"post text", "observacion", "observaciones", "feedback", "testimonio", "queja", "reclamo", "sugerencia", "sugerencias", "descripcion", "description", "mencion", "verbatim", "frase"},
	fTime:       {"ts", "date", "fecha", "timestamp", "time", "datetime", "date time", "fecha hora", "fecha y hora", "fecha de publicacion", "published at", "publishedat", "publishedatdate", "publish time", "published", "created at", "createdat", "created utc", "created", "created time", "createtime", "review date", "fecha resena", "fecha de la resena", "fecha comentario", "fecha del comentario", "fecha de creacion", "creado", "submitted at", "submission date", "marca temporal", "fecha de envio", "hora de inicio", "start time", "updatetime", "fecha pedido", "fecha del pedido", "order date", "dia", "day", "mes", "month", "periodo"},
	fAuthor:     {"author", "autor", "autora", "usuario", "user", "username", "user name", "nombre de usuario", "screen name", "handle", "cliente", "customer", "reviewer", "reviewer name", "author name", "authordisplayname", "author id", "user id", "nombre del cliente", "nombre cliente", "nombre y apellido", "nombres", "nombre", "encuestado", "respondent", "correo", "email", "correo electronico", "direccion de correo electronico", "reviewer displayname", "author displayname", "user screen name", "from"},
	fRating:     {"rating", "stars", "estrellas", "puntaje", "puntuacion", "calificacion", "score", "nota", "valoracion", "star rating", "starrating", "review rating", "rate", "stars given", "numero de estrellas", "overall", "evaluacion", "satisfaccion"},
	fPlace:      {"place", "local", "restaurante", "restaurant", "establecimiento", "provider", "proveedor", "tienda", "store", "negocio", "business", "lugar", "venue", "place name", "nombre del local", "nombre local", "nombre del restaurante", "restaurant name", "business name", "sede", "sucursal", "comercio", "title place"},
	fDepartment: {"department", "departamento", "region", "dpto", "depto", "departamento region", "ubigeo", "state", "estado", "department code", "codigo departamento", "cod departamento"},
	fDistrict:   {"district", "distrito", "ciudad", "city", "zona", "localidad", "municipio", "barrio", "provincia", "province"},
	fSource:     {"source", "fuente", "origen", "source type", "tipo de fuente"},
	fChannel:    {"channel", "canal", "platform", "plataforma", "red social", "red", "medio", "app", "aplicacion", "subreddit", "site", "sitio"},
	fLang:       {"lang", "language", "idioma", "lengua", "lenguaje", "languagecode"},
	fSynthetic:  {"synthetic", "sintetico"},
}

// aliasOf maps a folded name to its field and rank among the field's aliases.
var aliasOf = func() map[string]struct {
	f    field
	rank int
} {
	m := map[string]struct {
		f    field
		rank int
	}{}
	for f, list := range aliases {
		for i, a := range list {
			if _, ok := m[a]; !ok {
				m[a] = struct {
					f    field
					rank int
				}{field(f), i}
			}
		}
	}
	return m
}()

// keyWords decide a longer header such as "Comentario (opcional)" or "Fecha de
// registro" if all words of one header point to one field.
var keyWords = map[string]field{
	"texto": fText, "text": fText, "comentario": fText, "comentarios": fText, "comment": fText, "comments": fText,
	"resena": fText, "opinion": fText, "mensaje": fText, "respuesta": fText, "feedback": fText, "sugerencia": fText, "sugerencias": fText,
	"fecha": fTime, "date": fTime, "timestamp": fTime,
	"autor": fAuthor, "author": fAuthor, "usuario": fAuthor, "username": fAuthor,
	"rating": fRating, "estrellas": fRating, "stars": fRating, "puntaje": fRating, "calificacion": fRating, "puntuacion": fRating, "valoracion": fRating,
	"local": fPlace, "restaurante": fPlace, "restaurant": fPlace, "establecimiento": fPlace,
	"departamento": fDepartment, "department": fDepartment, "region": fDepartment,
	"distrito": fDistrict, "district": fDistrict,
	"idioma": fLang, "language": fLang, "canal": fChannel, "channel": fChannel,
	// Words that make a header something else.
	"id": fNone, "codigo": fNone, "code": fNone, "tipo": fNone, "type": fNone, "categoria": fNone, "category": fNone, "label": fNone,
	"etiqueta": fNone, "count": fNone, "cantidad": fNone, "numero": fNone, "num": fNone, "total": fNone, "url": fNone, "link": fNone,
	"length": fNone, "likes": fNone, "avg": fNone, "promedio": fNone, "mean": fNone, "traducido": fNone, "translated": fNone,
	"actualizacion": fNone, "updated": fNone, "modificacion": fNone, "nacimiento": fNone, "birth": fNone, "direccion": fNone, "address": fNone,
	"dueno": fNone, "owner": fNone, "propietario": fNone, "reply": fNone, "title": fNone, "titulo": fNone, "hora": fNone,
}

// foldHeader folds a column name: lower case, no accents, words joined by single
// spaces. "Reseña_Text " and "resena text" are one.
func foldHeader(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		r = foldRune(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			if unicode.Is(unicode.Mn, r) {
				gap = false
			}
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

func foldRune(r rune) rune {
	r = unicode.ToLower(r)
	switch r {
	case 'á', 'à', 'ä', 'â', 'ã':
		return 'a'
	case 'é', 'è', 'ë', 'ê':
		return 'e'
	case 'í', 'ì', 'ï', 'î':
		return 'i'
	case 'ó', 'ò', 'ö', 'ô', 'õ':
		return 'o'
	case 'ú', 'ù', 'ü', 'û':
		return 'u'
	case 'ñ':
		return 'n'
	case 'ç':
		return 'c'
	}
	return r
}

// fieldByName returns the field with that key or alias.
func fieldByName(s string) (field, bool) {
	a, ok := aliasOf[foldHeader(s)]
	return a.f, ok
}

// guessField returns the field of a header by alias or, failing that, by its key
// words, and how good the guess is (smaller is better).
func guessField(header string) (f field, rank int) {
	h := foldHeader(header)
	if a, ok := aliasOf[h]; ok {
		return a.f, a.rank
	}
	// The last part of a nested JSON name: "review.text".
	if i := strings.LastIndexByte(header, '.'); i >= 0 && i+1 < len(header) && len(header) < 80 {
		if a, ok := aliasOf[foldHeader(header[i+1:])]; ok && a.f != fID && a.f != fAuthor {
			return a.f, 500 + a.rank
		}
	}
	words := strings.Fields(h)
	if len(words) > 12 {
		return fNone, 0
	}
	for _, w := range words {
		k, ok := keyWords[w]
		if !ok {
			continue
		}
		if k == fNone || f != fNone && f != k {
			return fNone, 0
		}
		f = k
	}
	return f, 1000
}

// countFields counts the different fields that a header row names.
func countFields(names []string, mapping map[string]string) int {
	var seen [numFields]bool
	for _, n := range names {
		if a, ok := aliasOf[foldHeader(n)]; ok {
			seen[a.f] = true
		}
		for _, want := range mapping {
			if strings.TrimSpace(want) == strings.TrimSpace(n) && !isNumber(want) {
				seen[fNone] = true
			}
		}
	}
	n := 0
	for _, b := range seen {
		if b {
			n++
		}
	}
	return n
}

// mapColumns decides which column is which field, fills the plan and makes the
// mapper. nested says that names are JSON keys, which have no header row and
// cannot be given by number.
func (s *Source) mapColumns(names []string, js *jsonRows) error {
	p := &s.plan
	p.Columns, p.Unused = nil, nil
	var col [numFields]int         // 1-based, 0 = none
	var off, given [numFields]bool // by Map
	known := 0
	for _, n := range names {
		if a, ok := aliasOf[foldHeader(n)]; ok && a.f != fNone {
			known++
		}
	}
	keys := make([]string, 0, len(s.opt.Map))
	for k := range s.opt.Map {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	named := false // a name of Map stands in the first row
	for _, k := range keys {
		f, ok := fieldByName(k)
		if !ok {
			return &Problem{File: s.name, Kind: KindMapping, Columns: names, What: fmt.Sprintf("--map %s=%s: there is no field %q", k, s.opt.Map[k], k),
				Do: "the fields are " + strings.Join(fieldNames[1:], ", ")}
		}
		want := strings.TrimSpace(s.opt.Map[k])
		if want == "-" || want == "" {
			off[f] = true
			continue
		}
		i := -1
		if n, err := strconv.Atoi(want); err == nil && js == nil {
			if n < 1 || n > len(names) {
				return &Problem{File: s.name, Kind: KindMapping, Columns: names, What: fmt.Sprintf("--map %s=%s: the first row has %d columns", k, want, len(names)), Do: listColumns(names)}
			}
			i = n - 1
		} else if i = findColumn(names, want); i >= 0 {
			named = true
		} else {
			return &Problem{File: s.name, Kind: KindMapping, Columns: names, What: fmt.Sprintf("--map %s=%s: there is no column %q", k, want, want), Do: listColumns(names)}
		}
		col[f], given[f] = i+1, true
	}
	switch s.opt.Header {
	case HeaderPresent:
		p.HasHeader = true
	case HeaderAbsent:
		p.HasHeader = false
	default:
		// With numbers in Map the first row is a header only if it reads like one.
		p.HasHeader = js != nil || named || known > 0 && !(col[fText] > 0 && known*2 < len(names) && known < 2)
	}
	if p.HasHeader {
		var rank [numFields]int
		for i, n := range names {
			f, r := guessField(n)
			if f == fNone || off[f] || given[f] || slices.Contains(col[:], i+1) {
				continue
			}
			if col[f] == 0 || r < rank[f] {
				col[f], rank[f] = i+1, r
			}
		}
	}
	m := &mapper{src: s, col: col, js: js != nil}
	if js != nil {
		// Rows put together from several exports name the same field differently.
		for i, n := range names {
			if f, r := guessField(n); f != fNone && r < 500 && f != fID && f != fAuthor && col[f] != i+1 && !off[f] && !given[f] {
				m.extra[f] = append(m.extra[f], i+1)
			}
		}
	}
	if col[fText] == 0 {
		return s.noText(names, known > 0 || js != nil)
	}
	for i, n := range names {
		c := Column{Name: n}
		if !p.HasHeader {
			c.Name = strconv.Itoa(i + 1)
		}
		for f := fID; f < numFields; f++ {
			if col[f] == i+1 || slices.Contains(m.extra[f], i+1) {
				c.Field = f.String()
			}
		}
		if c.Field == "" {
			p.Unused = append(p.Unused, c.Name)
		}
		p.Columns = append(p.Columns, c)
	}
	s.mapper = m
	s.guessSource(names)
	return nil
}

func findColumn(names []string, want string) int {
	for i, n := range names {
		if strings.TrimSpace(n) == want {
			return i
		}
	}
	w := foldHeader(want)
	for i, n := range names {
		if w != "" && foldHeader(n) == w {
			return i
		}
	}
	return -1
}

// listColumns says which columns there are, clipped, for an error message.
func listColumns(names []string) string {
	var b strings.Builder
	b.WriteString("its columns are ")
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == 20 {
			fmt.Fprintf(&b, "and %d more", len(names)-i)
			break
		}
		b.WriteString(clip(n, 30))
	}
	return b.String()
}

func (s *Source) noText(names []string, header bool) error {
	p := &Problem{File: s.name, Kind: KindNoText, Columns: names}
	switch {
	case header:
		p.What = "has no column with the text of the mentions: " + listColumns(names)
		p.Do = "name it with --map text=COLUMN, if there is one"
	case len(names) == 1:
		p.What = "has one column and no header line that names it"
		p.Do = "put a first line such as text, or say that column 1 is the text: --map text=1"
	default:
		p.What = fmt.Sprintf("has no header line that is understood: the first line has %d columns", len(names))
		p.Do = "if it is a header, name the text column with --map text=COLUMN; if there is no header, give columns by number, e.g. --map text=3 --map date=1"
	}
	return p
}

// guessSource sets the plan's source and channel for rows that do not say.
func (s *Source) guessSource(names []string) {
	p := &s.plan
	p.Channel = s.opt.Channel
	if p.Channel == "" {
		p.Channel = p.Format + ":" + privacy.Log(s.base())
	}
	p.Source = s.opt.Source
	if p.Source == "" {
		p.Source = sourceHint(foldHeader(s.opt.Channel))
	}
	if p.Source == "" {
		p.Source = sourceHint(foldHeader(s.base()))
	}
	if p.Source == "" {
		for _, n := range names {
			if a := aliasOf[foldHeader(n)]; a.f == fText {
				p.Source = sourceHint(foldHeader(n))
			}
		}
	}
	if p.Source == "" {
		p.Source = "social"
		if s.mapper.col[fRating] > 0 {
			p.Source = "review"
		}
	}
}

// ParseMap parses field=column pairs, as --map gives them.
func ParseMap(pairs []string) (map[string]string, error) {
	m := map[string]string{}
	for _, p := range pairs {
		k, v, ok := strings.Cut(p, "=")
		k = strings.TrimSpace(k)
		if !ok || k == "" {
			return nil, fmt.Errorf("map %q is not of the form field=column, e.g. text=Comentario or text=3", p)
		}
		f, ok := fieldByName(k)
		if !ok {
			return nil, fmt.Errorf("map %q: there is no field %q; the fields are %s", p, k, strings.Join(fieldNames[1:], ", "))
		}
		m[f.String()] = strings.TrimSpace(v)
	}
	return m, nil
}
