package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/mention"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
	"antojo/internal/store/corrections"
)

func (c *cli) privacyCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "privacy", Short: "Hand out or erase what is kept of one person or one mention",
		Long: `Hands out or erases what is kept of one author or of single mentions. Names of
authors are not stored: a name is turned into its keyed hash with the key of the data
dir (author.key), for each channel that mentions came by, and looked up by that.
Each use adds a line to audit.jsonl in the data dir.

The data dir must not be in use: stop the server first.`,
		Example: "  antojo privacy export --author 'nombre en la red' --out datos.json\n  antojo privacy erase --author 'nombre en la red' --ref solicitud-12 --yes\n  antojo privacy erase --mention 019abc…",
	}
	cmd.AddCommand(c.privacyEraseCmd(), c.privacyExportCmd())
	return cmd
}

// subject is whom or what a request is about.
type subject struct {
	authors, mentions, channels []string
	ref                         string
}

func (s *subject) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&s.authors, "author", nil, "name of an author as the source wrote it, or the 32 hex digits of its hash; repeat")
	f.StringArrayVar(&s.mentions, "mention", nil, "id of a mention, as its page shows it; repeat")
	f.StringArrayVar(&s.channels, "channel", nil, "channels that the author wrote on (default: all that mentions came by); repeat")
	f.StringVar(&s.ref, "ref", "", "reference of the request, for audit.jsonl; no personal data")
}

var pseudonymForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// erasure turns what the user wrote into ids and pseudonyms.
func (s *subject) erasure(ctx context.Context, n *node, now time.Time) (mention.Erasure, error) {
	e := mention.Erasure{At: now}
	for _, m := range s.mentions {
		id, err := mention.ParseID(m)
		if err != nil {
			return e, usageError{fmt.Errorf("--mention: %w", err)}
		}
		e.Mentions = append(e.Mentions, id)
	}
	channels := s.channels
	if len(channels) == 0 {
		var err error
		if channels, err = n.store.Channels(ctx); err != nil {
			return e, err
		}
	}
	key, err := privacy.LoadOrCreateKey(n.dir.keyPath())
	if err != nil {
		return e, err
	}
	names := privacy.NewPseudonymizer(key)
	for _, a := range s.authors {
		if pseudonymForm.MatchString(a) {
			e.Authors = append(e.Authors, a)
			continue
		}
		for _, ch := range channels {
			if p := names.Author(ch, a); p != "" {
				e.Authors = append(e.Authors, p)
			}
		}
	}
	return e, nil
}

func (s *subject) check() error {
	if len(s.authors) == 0 && len(s.mentions) == 0 {
		return usagef("name an author (--author NAME) or a mention (--mention ID)")
	}
	return nil
}

// keptMention is a mention as it is handed out.
type keptMention struct {
	mention.Mention
	Annotation  *mention.Annotation  `json:"annotation,omitempty"` // nil in a dead letter, which no model has read
	Run         string               `json:"run"`
	Where       string               `json:"where"` // store, or dead letter
	Corrections []corrections.Record `json:"corrections,omitempty"`
}

// keptOf reads what is stored about a subject, once the log is loaded.
func keptOf(ctx context.Context, n *node, e mention.Erasure) (out []keptMention, unreadable int, err error) {
	book, err := corrections.Open(n.dir.correctionsPath())
	if err != nil {
		return nil, 0, err
	}
	defer book.Close()
	err = n.store.MentionsOf(ctx, e, func(m *mention.Annotated) error {
		out = append(out, keptMention{m.Mention, &m.Annotation, m.Run, "store", book.Of(m.ID)})
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	unreadable, err = pipeline.DeadMentions(ctx, n.bus, e, func(run string, m *mention.Mention) error {
		out = append(out, keptMention{Mention: *m, Run: run, Where: "dead letter"})
		return nil
	})
	return out, unreadable, err
}

// openDrained opens everything and waits until the log is loaded.
func (c *cli) openDrained(ctx context.Context) (*node, error) {
	if err := hasData(c.data); err != nil {
		return nil, err
	}
	n, err := c.openNode(ctx)
	if err != nil {
		return nil, err
	}
	st, err := n.worker.Status(ctx)
	if err == nil {
		err = n.worker.Wait(ctx, st.Last)
	}
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

func (c *cli) privacyEraseCmd() *cobra.Command {
	var s subject
	var yes, asJSON bool
	cmd := &cobra.Command{
		Use: "erase", Short: "Erase an author or mentions for good, and keep them out",
		Long: `Erases all mentions of an author, or single mentions: from the store with every
figure that counted them, from the log, from what was set aside (dead letters), and
their corrections. They stay out: a file that is imported again, or a dead letter that
is replayed, brings none of them back, and nothing that the author writes on the same
channels is taken from then on. For that the store keeps ids and keyed hashes, which
tell neither text nor name.

Without --yes it says what it would erase and erases nothing. It cannot be undone.
Files that quote an erased text (briefs you approved, exports, backups) are yours to
delete; those in the data dir are named.`,
		Example: "  antojo privacy erase --author 'nombre en la red'\n  antojo privacy erase --author 'nombre en la red' --ref solicitud-12 --yes\n  antojo privacy erase --mention 019a… --yes --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.check(); err != nil {
				return err
			}
			return c.erase(cmd.Context(), &s, yes, asJSON)
		},
	}
	s.flags(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "erase; without it the command only says what it would erase")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// erasedReport is what antojo privacy erase --json prints, and its audit line.
type erasedReport struct {
	At          time.Time `json:"at"`
	Action      string    `json:"action"` // erase or export
	Ref         string    `json:"ref,omitempty"`
	Authors     []string  `json:"authors,omitempty"` // keyed hashes
	Asked       []string  `json:"asked,omitempty"`   // ids of mentions that were named
	Mentions    int       `json:"mentions"`
	LogEntries  int       `json:"log_entries,omitempty"`
	DeadLetters int       `json:"dead_letters,omitempty"`
	Unreadable  int       `json:"unreadable_dead_letters,omitempty"`
	Corrections int       `json:"corrections,omitempty"`
	Quoted      []string  `json:"quoted_in,omitempty"` // files of the data dir that hold an erased text or id still
	Error       string    `json:"error,omitempty"`
	DryRun      bool      `json:"dry_run,omitempty"` // never in audit.jsonl
}

func (c *cli) erase(ctx context.Context, s *subject, yes, asJSON bool) (err error) {
	n, err := c.openDrained(ctx)
	if err != nil {
		return err
	}
	open := true
	defer func() {
		if open {
			err = errors.Join(err, n.close())
		}
	}()
	now := time.Now()
	e, err := s.erasure(ctx, n, now)
	if err != nil {
		return err
	}
	have, unreadable, err := keptOf(ctx, n, e)
	if err != nil {
		return err
	}
	rep := erasedReport{At: now.UTC().Truncate(time.Second), Action: "erase", Ref: s.ref, Asked: s.mentions, Mentions: len(have), Unreadable: unreadable}
	if len(have) == 0 && len(s.mentions) == 0 && len(s.channels) == 0 {
		return fmt.Errorf("nothing is kept of this author; the name must be as the source wrote it (case and a leading @ do not matter), and %s must be the key that the imports were made with", n.dir.keyPath())
	}
	if !yes {
		rep.DryRun = true
		if asJSON {
			return json.NewEncoder(c.Out).Encode(rep)
		}
		fmt.Fprintf(c.Err, "%d mentions would be erased; nothing was. Add --yes to erase them: it cannot be undone.\n", len(have))
		return nil
	}
	// Of the channels without a mention of the author too, so that they stay out there.
	rep.Authors = e.Authors
	got, err := pipeline.Erase(ctx, n.bus, n.store, n.worker.Wait, e)
	rep.LogEntries, rep.DeadLetters, rep.Unreadable = got.Envelopes, got.DeadLetters, got.Unreadable
	if err == nil {
		gone := map[mention.ID]bool{}
		for i := range have {
			gone[have[i].ID] = true
		}
		for _, id := range got.Mentions {
			gone[id] = true
		}
		rep.Mentions = len(gone)
		if rep.Corrections, err = corrections.Erase(n.dir.correctionsPath(), gone); err == nil {
			rep.Quoted, err = quotedIn(n.dir.path, have)
		}
	}
	if err != nil {
		rep.Error = err.Error()
	}
	err = errors.Join(err, appendAudit(n.dir.auditPath(), rep))
	open = false
	if err = errors.Join(err, n.close()); err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(c.Out).Encode(rep)
	}
	fmt.Fprintf(c.Err, "erased %d mentions, %d corrections, %d log entries, parts of %d dead letters; noted in %s\n", rep.Mentions, rep.Corrections, rep.LogEntries, rep.DeadLetters, n.dir.auditPath())
	if rep.Unreadable > 0 {
		fmt.Fprintf(c.Err, "%d dead letters cannot be read and may hold anything; antojo runs dead list shows them\n", rep.Unreadable)
	}
	for _, f := range rep.Quoted {
		fmt.Fprintf(c.Err, "still quoted in %s: look at it, and delete it if need be\n", f)
	}
	return nil
}

func (c *cli) privacyExportCmd() *cobra.Command {
	var s subject
	var out string
	cmd := &cobra.Command{
		Use: "export", Short: "Write all that is kept of an author or of mentions, as JSON",
		Long: `Writes all that is kept of an author or of single mentions as one JSON document: the
texts as stored (redacted), time, place and rating, what the models said of them, and
what people corrected.`,
		Example: "  antojo privacy export --author 'nombre en la red' --out datos.json\n  antojo privacy export --mention 019a…",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.check(); err != nil {
				return err
			}
			return c.handOut(cmd.Context(), &s, out)
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&out, "out", "", "file to write (default: stdout)")
	return cmd
}

func (c *cli) handOut(ctx context.Context, s *subject, path string) (err error) {
	n, err := c.openDrained(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	now := time.Now()
	e, err := s.erasure(ctx, n, now)
	if err != nil {
		return err
	}
	have, unreadable, err := keptOf(ctx, n, e)
	if err != nil {
		return err
	}
	if have == nil {
		have = []keptMention{}
	}
	var w io.Writer = c.Out
	if path != "" {
		f, ferr := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if ferr != nil {
			return fmt.Errorf("write %s: %w", path, ferr)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		w = f
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err = enc.Encode(struct {
		Made       time.Time     `json:"made"`
		Mentions   []keptMention `json:"mentions"`
		Unreadable int           `json:"unreadable_dead_letters,omitempty"`
	}{now.UTC().Truncate(time.Second), have, unreadable})
	rep := erasedReport{At: now.UTC().Truncate(time.Second), Action: "export", Ref: s.ref, Authors: authorsOf(have), Asked: s.mentions, Mentions: len(have)}
	if err != nil {
		rep.Error = err.Error()
	}
	if err = errors.Join(err, appendAudit(n.dir.auditPath(), rep)); err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "%d mentions handed out; noted in %s\n", len(have), n.dir.auditPath())
	return nil
}
