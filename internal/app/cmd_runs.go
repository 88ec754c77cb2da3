package app

import (
	"encoding/json"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/bus"
	"antojo/internal/mention"
	"antojo/internal/pipeline"
)

func (c *cli) runsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "runs", Short: "List imports; list and replay what could not be loaded",
		Example: "  antojo runs list\n  antojo runs dead list\n  antojo runs dead replay",
	}
	var asJSON bool
	list := &cobra.Command{
		Use: "list", Short: "List the imports, newest first", Args: cobra.NoArgs,
		Example: "  antojo runs list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.openReader(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			runs, err := n.store.Runs(cmd.Context(), 1000)
			if err != nil {
				return err
			}
			if asJSON {
				if runs == nil {
					runs = []mention.Run{}
				}
				return json.NewEncoder(c.Out).Encode(runs)
			}
			tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "started\tstatus\taccepted\tduplicate\trejected\tundated\tdead\tfile")
			for _, r := range runs {
				if r.Kind == mention.Reannotation {
					fmt.Fprintf(tw, "%s\t%s\t\t\t\t\t\tfood words changed: %d of %d mentions read again, %d changed\n", r.Started.In(mention.Lima).Format(time.DateTime), r.Status, r.Seen, r.Total, r.Changed)
					continue
				}
				fmt.Fprintf(tw, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", r.Started.In(mention.Lima).Format(time.DateTime), r.Status, r.Accepted, r.Duplicate, r.Rejected, r.Undated, r.Dead, r.File)
			}
			return tw.Flush()
		},
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(list, c.deadCmd())
	return cmd
}

func (c *cli) deadCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "dead", Short: "What failed five times and was set aside",
		Long: `A batch of mentions that cannot be loaded after five attempts is set aside in
the dead-letter stream with its error, so that the rest goes on. Once the cause
is gone, replay puts it back; nothing is counted twice.`,
		Example: "  antojo runs dead list",
	}
	var asJSON bool
	list := &cobra.Command{
		Use: "list", Short: "List dead letters, oldest first", Args: cobra.NoArgs,
		Example: "  antojo runs dead list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withBus(cmd, func(b *bus.Bus) error {
				dead, err := pipeline.DeadList(cmd.Context(), b)
				if err != nil {
					return err
				}
				if asJSON {
					if dead == nil {
						dead = []pipeline.DeadLetter{}
					}
					return json.NewEncoder(c.Out).Encode(dead)
				}
				if len(dead) == 0 {
					fmt.Fprintln(c.Err, "no dead letters")
					return nil
				}
				tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
				fmt.Fprintln(tw, "id\ttime\tmentions\trun\terror")
				for _, d := range dead {
					fmt.Fprintf(tw, "%d\t%s\t%d\t%s\t%s\n", d.ID, d.Time.In(mention.Lima).Format(time.DateTime), d.Mentions, d.Run, d.Error)
				}
				return tw.Flush()
			})
		},
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	replay := &cobra.Command{
		Use: "replay [ID…]", Short: "Put dead letters back into the log: all, or those named",
		Example: "  antojo runs dead replay\n  antojo runs dead replay 3 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			var ids []uint64
			for _, a := range args {
				id, err := strconv.ParseUint(a, 10, 64)
				if err != nil {
					return usagef("dead letter %q: want a number from antojo runs dead list", a)
				}
				ids = append(ids, id)
			}
			n, err := c.openNode(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			count, err := pipeline.DeadReplay(cmd.Context(), n.bus, ids...)
			if err != nil {
				return err
			}
			info, err := n.bus.Info(cmd.Context(), bus.Mentions)
			if err == nil {
				err = n.worker.Wait(cmd.Context(), info.Last)
			}
			if err != nil {
				return err
			}
			left, err := pipeline.DeadList(cmd.Context(), n.bus)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Err, "%d dead letters replayed, %d are dead letters now\n", count, len(left))
			return nil
		},
	}
	cmd.AddCommand(list, replay)
	return cmd
}

// withBus opens only the log.
func (c *cli) withBus(cmd *cobra.Command, f func(*bus.Bus) error) error {
	dir, err := openDataDir(c.data)
	if err != nil {
		return err
	}
	defer dir.close()
	b, err := bus.Open(cmd.Context(), bus.Options{Dir: dir.logDir(), Logger: c.logger()})
	if err != nil {
		return err
	}
	defer b.Close()
	return f(b)
}
