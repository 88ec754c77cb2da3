package app

import (
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"antojo/internal/lexicon"
	"antojo/internal/pipeline"
)

func (c *cli) annotateCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "annotate",
		Short: "Read mentions as JSON lines, write what the models see in them",
		Long: `Reads one JSON object a line on stdin ({"id":"…","text":"…"}) and writes one a
line on stdout, in the same order: language, relevance, sentiment, intent,
aspects, entities with byte offsets, department and the redacted text. It reads
and writes no data dir. A line that is not valid gets {"id":…,"error":"…"}, the
rest goes on, and the exit code is 3.`,
		Example: `  echo '{"id":"a1","text":"El sebiche estaba buenazo pero llegó tarde"}' | antojo annotate
  antojo annotate < menciones.jsonl > anotadas.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			enc, ann, err := c.openModels()
			if err != nil {
				return err
			}
			defer enc.Close()
			bar := newProgress(c.Err, "annotated", "mentions")
			counts, err := ann.AnnotateJSONL(cmd.Context(), c.In, c.Out, pipeline.JSONLOptions{
				Progress: func(p pipeline.Counts) { bar.update(int64(p.Lines), 0) }})
			bar.end()
			if err != nil {
				return err
			}
			if counts.Errors > 0 {
				fmt.Fprintf(c.Err, "antojo: %d of %d lines could not be read; each has its reason in the output\n", counts.Errors, counts.Lines)
				return errRejected
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&c.model, "model", "", "folder of another encoder (HF layout; default: the built-in one)")
	return cmd
}

// openModels opens lexicon and encoder side by side: each takes a few tenths of a
// second.
func (c *cli) openModels() (encoder, *pipeline.Annotator, error) {
	o := pipeline.AnnotatorOptions{}
	words := sync.OnceValues(func() (m *lexicon.Matcher, err error) {
		if o.Lexicon, err = lexicon.Load(); err == nil {
			m = lexicon.NewMatcher(o.Lexicon)
		}
		return m, err
	})
	var wg sync.WaitGroup
	var lexErr error
	wg.Go(func() { o.Matcher, lexErr = words() })
	enc, err := openEncoderWith(c.model, c.logger(), words)
	wg.Wait()
	if err != nil {
		return nil, nil, errors.Join(err, lexErr)
	}
	o.Encoder, o.Model = enc, enc.Info().Model()
	if err = lexErr; err == nil {
		var ann *pipeline.Annotator
		if ann, err = pipeline.NewAnnotator(o); err == nil {
			return enc, ann, nil
		}
	}
	return nil, nil, errors.Join(err, enc.Close())
}
