package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/lifecycle"
	"antojo/internal/panel/locale"
	"antojo/internal/web"
)

// weekly writes the brief of a week as the page of reports shows it.
func (r *reports) weekly(ctx context.Context, period, lang string) (*brief.Brief, *locale.Catalog, error) {
	r.mu.Lock()
	pages, cat := r.pages, r.cat
	r.mu.Unlock()
	if pages == nil {
		return nil, nil, errors.New("reports: the server is not ready")
	}
	cov, err := r.n.store.Coverage(ctx)
	if err != nil {
		return nil, nil, err
	}
	o, err := fact.ChooseWeek(cov, period, 28)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", web.ErrReportInput, err)
	}
	t, err := fact.Build(ctx, r.sources(pages), o)
	if err != nil {
		return nil, nil, err
	}
	b, err := brief.Weekly(ctx, t, brief.Options{Lang: lang, Numbers: cat.For(lang)})
	return b, cat, err
}

// Review implements web.Reviews.
func (r *reports) Review(ctx context.Context, period, lang string) (web.Review, error) {
	b, cat, err := r.weekly(ctx, period, lang)
	if err != nil {
		return web.Review{}, err
	}
	out := web.Review{Period: b.Table.Period, Lang: lang, Title: b.Title(), Hash: b.Table.Hash(), Needed: lifecycle.LeastExamples}
	a := lifecycle.FromBrief(b)
	list, err := r.set.Judged()
	if err != nil {
		return web.Review{}, err
	}
	for _, x := range list {
		if !x.Rejected {
			out.Approved++
		}
		if x.Table.Period != out.Period || x.Lang != lang {
			continue
		}
		out.State, out.At, out.Note = "approved", x.At, x.Note
		if x.Rejected {
			out.State = "rejected"
		} else if x.Table.Hash() == out.Hash && len(x.Drafts) == len(a.Drafts) {
			a.Drafts = x.Drafts // what the person made of it
		}
	}
	f := fill.Filler{Table: b.Table, Lang: lang, Numbers: cat.For(lang)}
	for _, d := range a.Drafts {
		pieces, err := f.Fill(d)
		if err != nil {
			return web.Review{}, err
		}
		out.Sentences = append(out.Sentences, web.ReviewSentence{Text: fill.Join(pieces), Draft: d})
	}
	return out, nil
}

// Approve implements web.Reviews.
func (r *reports) Approve(ctx context.Context, period, lang, hash string, drafts []string) (map[int]string, error) {
	b, cat, err := r.weekly(ctx, period, lang)
	if err != nil {
		return nil, err
	}
	a := lifecycle.FromBrief(b)
	if b.Table.Hash() != hash || len(drafts) != len(a.Drafts) {
		return nil, fmt.Errorf("approve %s: %w", period, web.ErrReviewStale)
	}
	faults := map[int]string{}
	for i, d := range drafts {
		if d == a.Drafts[i] {
			continue
		}
		var refused *lifecycle.RefusedError
		switch err := a.Edit(i+1, d, cat.For(lang)); {
		case errors.As(err, &refused):
			for _, x := range refused.Reasons {
				if faults[i] != "" {
					faults[i] += " · "
				}
				faults[i] += x.String()
			}
		case err != nil:
			return nil, err
		}
	}
	if len(faults) > 0 {
		return faults, nil
	}
	a.At = time.Now().UTC()
	return nil, r.set.Add(a, cat.For(lang))
}

// Reject implements web.Reviews.
func (r *reports) Reject(_ context.Context, period, lang, note string) error {
	return r.set.Reject(period, lang, note, time.Now().UTC())
}

var _ web.Reviews = (*reports)(nil)
