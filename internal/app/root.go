// Package app wires the parts into one program: configuration, the data dir, the
// processes (serve, demo) and the subcommands. Each subcommand is a file
// cmd_<name>.go; node.go puts bus, store, models and web together.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"antojo/internal/privacy"

	"github.com/spf13/cobra"
)

// Streams are the standard streams of a run; tests pass their own.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// cli is what every subcommand shares.
type cli struct {
	Streams
	version string
	data    string // --data
	model   string // --model; from PersistentPreRunE on its folder, "" = the built-in one
	verbose bool
	live    liveFlags // pushes to Grafana Live
	api     apiFlags  // of serve
}

// Main runs the command line and returns the exit code.
func Main(ctx context.Context, args []string, s Streams, version string) int {
	c := &cli{Streams: s, version: version}
	root := c.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil, errors.Is(err, errRejected):
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(s.Err, "antojo: stopped")
	default:
		fmt.Fprintf(s.Err, "antojo: %v\n", err)
	}
	return ExitCode(err)
}

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "antojo",
		Short: "What people in Peru eat and crave: what is rising, liked and disliked, where, and how sure one may be",
		Long: `Antojo reads what people in Peru say about food (posts, reviews, delivery
comments, survey answers) and tells what is rising, what people like and dislike
about it, where, and how sure one may be.

Start with the demo, or with a file of your own:

  antojo demo
  antojo import reseñas.csv --source review
  antojo serve`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       c.version,
	}
	root.SetIn(c.In)
	root.SetOut(c.Out)
	root.SetErr(c.Err)
	root.SetVersionTemplate("antojo {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w (see antojo %s --help)", err, strings.TrimPrefix(cmd.CommandPath(), "antojo "))
	})
	f := root.PersistentFlags()
	def := os.Getenv("ANTOJO_DATA")
	if def == "" {
		def = "./antojo-data"
	}
	f.StringVar(&c.data, "data", def, "folder that holds all data ($ANTOJO_DATA)")
	f.BoolVarP(&c.verbose, "verbose", "v", false, "log more, to stderr")

	for _, cmd := range []*cobra.Command{
		c.demoCmd(), c.serveCmd(), c.importCmd(), c.annotateCmd(), c.trendsCmd(), c.preferencesCmd(), c.alertsCmd(), c.backtestCmd(), c.queryCmd(), c.exportCmd(), c.briefCmd(), c.deliverCmd(), c.askCmd(),
		c.runsCmd(), c.privacyCmd(), c.lexiconCmd(), c.modelsCmd(), c.trainCmd(), c.evalCmd(), c.tokensCmd(), c.grafanaCmd(), c.mcpCmd(), c.doctorCmd(), c.versionCmd(),
	} {
		usageArgs(cmd)
		root.AddCommand(cmd)
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		dir, err := c.resolveModel(c.model)
		if err != nil && cmd.Flags().Lookup("model") != nil {
			return err // the other commands need no model, or say it themselves
		}
		c.model = dir
		return nil
	}
	root.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usagef("unknown command %q (see antojo --help)", args[0])
		}
		return nil
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return root
}

// usageArgs turns complaints about arguments into usage errors, all the way down.
func usageArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usagef("%w (see %s --help)", err, cmd.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		usageArgs(sub)
	}
}

func (c *cli) logger() *slog.Logger {
	level := slog.LevelWarn
	if c.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(c.Err, &slog.HandlerOptions{Level: level, ReplaceAttr: privacy.LogAttr}))
}

func (c *cli) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs, Example: "  antojo version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(c.Out, "antojo %s\n", c.version)
			return err
		},
	}
}
