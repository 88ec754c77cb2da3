package web

import (
	"bytes"
	"net/http"
	"sort"
	"time"

	"antojo/internal/mention"
	"antojo/internal/panel"
	"antojo/internal/panel/locale"
	"antojo/internal/store"
)

const (
	wallMentions = 6
	wallEntities = 5
	// wallWindow is how many mentions the shares of the wall screen look back on.
	wallWindow = 200
)

type wallView struct {
	Counters wallCounters
	Newest   []mentionView
	Live     bool
	Full     bool
	FullHref string
}

// wallCounters are the big figures of the wall screen, as text.
type wallCounters struct {
	Waiting  bool   // nothing has come since the page was opened
	Seen     string // mentions about food since the page was opened
	Minute   string // of these, in the last 60 seconds
	Negative string // share of negative ones among the last wallWindow; "" below panel.MinN
	Among    string // of how many
	Top      []wallEntity
}

type wallEntity struct{ Name, Href, N string }

// wallPage shows mentions and counters as they stream in, in large type.
func (s *Server) wallPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.view(w, r, true)
	if err != nil {
		return err
	}
	ms, _, err := s.data.Mentions(r.Context(), v.filter, store.Page{Limit: wallMentions})
	if err != nil {
		return err
	}
	b := wallView{Live: s.o.Live != nil, Newest: s.mentionViews(v, ms), Full: r.URL.Query().Has("full"), FullHref: "/en-vivo?full=1"}
	if b.Full {
		b.FullHref = "/en-vivo"
	}
	b.Counters = new(tally).counters(v.text, v.name, v.entityLink, s.o.Now())
	v.page.Title = v.text.T("wall.title")
	v.page.Body = b
	return s.render(w, r, http.StatusOK, "wall", v.page)
}

// tally counts what a live feed brought since it was opened.
type tally struct {
	seen   int64
	minute []time.Time         // arrivals of the last 60 seconds
	last   []mention.Annotated // the newest wallWindow
}

func (t *tally) add(m mention.Annotated, now time.Time) {
	t.seen++
	t.minute = append(t.minute, now)
	m.Text = "" // only labels are counted
	t.last = append(t.last, m)
	if len(t.last) > wallWindow {
		t.last = append(t.last[:0], t.last[1:]...)
	}
}

// counters writes the figures as of now.
func (t *tally) counters(text *locale.Printer, name func(string) string, href func(string) string, now time.Time) wallCounters {
	old := sort.Search(len(t.minute), func(i int) bool { return now.Sub(t.minute[i]) < time.Minute })
	t.minute = append(t.minute[:0], t.minute[old:]...)
	c := wallCounters{Waiting: t.seen == 0, Seen: text.Int(t.seen), Minute: text.Int(int64(len(t.minute)))}
	var scored, negative int64
	by := map[string]int64{}
	for i := range t.last {
		m := &t.last[i]
		if m.Scored {
			scored++
			if m.Sentiment == mention.Negative {
				negative++
			}
		}
		once := map[string]bool{}
		for _, e := range m.Entities {
			if !once[e.ID] {
				once[e.ID] = true
				by[e.ID]++
			}
		}
	}
	if scored >= panel.MinN {
		c.Negative = text.Percent(float64(negative)/float64(scored), 0)
	}
	c.Among = text.N("wall.among", scored)
	ids := make([]string, 0, len(by))
	for id := range by {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool {
		if by[ids[i]] != by[ids[j]] {
			return by[ids[i]] > by[ids[j]]
		}
		return ids[i] < ids[j]
	})
	for _, id := range ids[:min(len(ids), wallEntities)] {
		c.Top = append(c.Top, wallEntity{name(id), href(id), text.Int(by[id])})
	}
	return c
}

// counterEvent writes the counters as a server-sent event.
func (s *Server) counterEvent(v *view, t *tally, now time.Time) ([]byte, error) {
	html, err := s.execute(v.page.Lang, "wall", "wall-counters", t.counters(v.text, v.name, v.entityLink, now))
	if err != nil {
		return nil, err
	}
	b := bytes.NewBufferString("event: counters\n")
	for line := range bytes.Lines(html) {
		b.WriteString("data: ")
		b.Write(bytes.TrimRight(line, "\r\n"))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
