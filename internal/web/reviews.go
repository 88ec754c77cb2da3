package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Reviews keeps what a person thinks of a weekly brief: approved ones, with their edits,
// are what a model of one's own is trained on.
type Reviews interface {
	// Review is the brief of a week ("" = the last whole one) with its sentences.
	Review(ctx context.Context, period, lang string) (Review, error)
	// Approve keeps the brief with these drafts, in the order of Review. hash is that of
	// the facts that were read. The faults, one for each draft that may not be
	// published, say why nothing was kept.
	Approve(ctx context.Context, period, lang, hash string, drafts []string) (faults map[int]string, err error)
	// Reject takes the week out of what is trained on, with a note for people.
	Reject(ctx context.Context, period, lang, note string) error
}

// ErrReviewStale is wrapped where a brief is not the one that was read: its figures have
// changed since.
var ErrReviewStale = errors.New("the figures have changed")

// Review is a brief as its reader judges it.
type Review struct {
	Period, Lang, Title, Hash string
	Sentences                 []ReviewSentence
	State                     string // "", approved, rejected
	At                        time.Time
	Note                      string
	Approved, Needed          int // briefs that are kept, and how many a training wants
}

// ReviewSentence is one sentence: as readers see it, and with its placeholders.
type ReviewSentence struct {
	N                  int // from 1
	Text, Draft, Fault string
}

// Rows is how many lines of a phone the draft takes, so that all of it is seen.
func (s ReviewSentence) Rows() int { return 2 + utf8.RuneCountInString(s.Draft)/48 }

// weekName is how an ISO week is written, such as 2026-W46.
var weekName = regexp.MustCompile(`^[0-9]{4}-W[0-9]{2}$`)

const (
	maxReviewForm  = 64 << 10
	maxReviewNote  = 300
	maxReviewDraft = 900
)

type reviewView struct {
	Review
	Said         string // what was just done
	Fault        string
	Report, Done string
	Lang         string
}

// reviewPage shows the sentences of a weekly brief to be approved, edited or rejected.
func (s *Server) reviewPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	q := r.URL.Query()
	lang := s.langOf(r)
	if l := q.Get("lang"); s.catalog.Has(l) {
		lang = l // chosen with this very request: the cookie is not there yet
	}
	said := ""
	if done := q.Get("hecho"); slices.Contains([]string{"approved", "rejected"}, done) {
		said = done
	}
	return s.reviewAnswer(w, r, http.StatusOK, q.Get("period"), lang, func(out *reviewView, v *view) {
		if said != "" && said == out.State {
			out.Said = v.text.T(map[string]string{"approved": "review.done.approved", "rejected": "review.done.rejected"}[said])
		}
	})
}

func (s *Server) reviewAnswer(w http.ResponseWriter, r *http.Request, status int, period, lang string, fill func(*reviewView, *view)) error {
	if s.o.Reviews == nil {
		return errNotFound
	}
	if period != "" {
		if !weekName.MatchString(period) {
			return errNotFound
		}
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), reportDeadline)
	defer cancel()
	rev, err := s.o.Reviews.Review(ctx, period, lang)
	if errors.Is(err, ErrReportInput) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	out := reviewView{Review: rev, Lang: lang, Report: "/informes?product=weekly&period=" + url.QueryEscape(rev.Period)}
	if rev.State != "" {
		out.Done = v.text.T(map[string]string{"approved": "review.state.approved", "rejected": "review.state.rejected"}[rev.State], "when", v.text.Time(rev.At))
	}
	for i := range out.Sentences {
		out.Sentences[i].N = i + 1
	}
	fill(&out, v)
	v.page.Path = "/informes"
	v.page.Title = v.text.T("review.title", "period", rev.Period)
	v.page.Body = out
	return s.render(w, r, status, "review", v.page)
}

// reviewSave approves, with or without edits, or rejects.
func (s *Server) reviewSave(w http.ResponseWriter, r *http.Request) error {
	if s.o.Reviews == nil {
		return errNotFound
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxReviewForm)
	if err := r.ParseForm(); err != nil {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	field := func(name string, most int) string {
		return strings.TrimSpace(clip(strings.ToValidUTF8(r.PostForm.Get(name), ""), most))
	}
	period, lang := field("period", 12), field("lang", 2)
	if !weekName.MatchString(period) || !s.catalog.Has(lang) {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), reportDeadline)
	defer cancel()
	done := func(what string) error {
		http.Redirect(w, r, "/informes/revisar?"+url.Values{"period": {period}, "lang": {lang}, "hecho": {what}}.Encode(), http.StatusSeeOther)
		return nil
	}
	if field("do", 10) == "reject" {
		if err := s.o.Reviews.Reject(ctx, period, lang, field("note", maxReviewNote)); err != nil {
			return err
		}
		return done("rejected")
	}
	var drafts []string
	for i := 1; r.PostForm.Has("s" + strconv.Itoa(i)); i++ {
		drafts = append(drafts, field("s"+strconv.Itoa(i), maxReviewDraft))
	}
	faults, err := s.o.Reviews.Approve(ctx, period, lang, field("hash", 128), drafts)
	stale := errors.Is(err, ErrReviewStale)
	if err != nil && !stale {
		return err
	}
	if len(faults) == 0 && !stale {
		return done("approved")
	}
	return s.reviewAnswer(w, r, http.StatusUnprocessableEntity, period, lang, func(out *reviewView, v *view) {
		if stale {
			out.Fault = v.text.T("review.stale")
			return
		}
		out.Fault = v.text.T("review.refused", "n", int64(len(faults)))
		for i := range out.Sentences {
			if i < len(drafts) {
				out.Sentences[i].Draft, out.Sentences[i].Fault = drafts[i], faults[i]
			}
		}
	})
}
