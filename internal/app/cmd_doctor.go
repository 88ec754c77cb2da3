package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"antojo/internal/infer"
)

func (c *cli) doctorCmd() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Check that everything Antojo needs is here and works", Args: cobra.NoArgs,
		Example: "  antojo doctor",
		RunE: func(cmd *cobra.Command, _ []string) error {
			bad := 0
			check := func(what string, f func() (string, error)) {
				if say, err := f(); err != nil {
					bad++
					fmt.Fprintf(c.Out, "FAIL  %-12s %v\n", what, err)
				} else {
					fmt.Fprintf(c.Out, "ok    %-12s %s\n", what, say)
				}
			}
			check("engine", func() (string, error) { return infer.FindLibrary("") })
			check("model", func() (string, error) { return c.checkModel(cmd.Context()) })
			check("data", func() (string, error) { return c.checkData(cmd.Context()) })
			if bad > 0 {
				return fmt.Errorf("%d of 3 checks failed", bad)
			}
			return nil
		},
	}
}

func (c *cli) checkModel(ctx context.Context) (string, error) {
	dir, err := c.registry().Default()
	if err != nil {
		return "", err
	}
	i, err := smoke(ctx, dir, c.logger())
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s reads a sentence", i.Model()), nil
}

func (c *cli) checkData(ctx context.Context) (string, error) {
	abs, err := filepath.Abs(c.data)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(abs); os.IsNotExist(err) {
		return fmt.Sprintf("%s is not there yet; the first command that writes makes it", abs), nil
	}
	n, err := c.openReader(ctx)
	if err != nil {
		return "", err
	}
	defer n.close()
	cov, err := n.store.Coverage(ctx)
	if err != nil {
		return "", err
	}
	if cov.Mentions == 0 {
		return fmt.Sprintf("%s is empty", abs), nil
	}
	return fmt.Sprintf("%s: %s mentions, %s to %s", abs, thousands(cov.Mentions), cov.First, cov.Last), nil
}
