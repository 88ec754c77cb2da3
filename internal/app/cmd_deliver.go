package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/brief/product"
	"antojo/internal/deliver"
	"antojo/internal/trend/alert"
)

func (c *cli) deliverCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "deliver", Short: "Send reports on a schedule: e-mail, Slack, Teams, Telegram, webhooks",
		Long: `Sends reports on a schedule. antojo serve sends what is due; after a pause only the
latest report is made up for. Recipients are kept in the data dir and nowhere else.

E-mail needs $ANTOJO_SMTP_ADDR (host:port), $ANTOJO_SMTP_FROM, and where the server
asks for it $ANTOJO_SMTP_USER and $ANTOJO_SMTP_PASSWORD or …_PASSWORD_FILE;
$ANTOJO_SMTP_TLS is starttls (default), tls or none. Telegram needs
$ANTOJO_TELEGRAM_TOKEN or …_TOKEN_FILE. $ANTOJO_PUBLIC_URL is where the pages are
reached from outside; with it messages carry a link that ends them.`,
		Example: "  antojo deliver add --to ana@example.org\n  antojo deliver add --channel webhook --to https://example.org/hook --product monthly --every monthly --day 2\n  antojo deliver list\n  antojo deliver preview ID\n  antojo deliver send ID",
	}
	var x deliver.Schedule
	var weekday int
	add := &cobra.Command{
		Use: "add", Short: "Add a schedule for one recipient", Args: cobra.NoArgs,
		Example: "  antojo deliver add --to ana@example.org --every weekly --weekday 1 --hour 8\n  antojo deliver add --channel telegram --to @canal --product dossier:ceviche",
		RunE: func(*cobra.Command, []string) error {
			s, err := c.sender(delivered{})
			if err != nil {
				return err
			}
			x.Weekday = time.Weekday(weekday)
			got, err := s.Add(x)
			if err != nil {
				return asUsage(err)
			}
			fmt.Fprintf(c.Out, "%s: %s by %s, next %s\n", got.ID, got.Product, got.Channel, got.Next(time.Now()).Format("2006-01-02 15:04"))
			if got.Secret != "" {
				fmt.Fprintf(c.Out, "the receiver verifies signatures (HMAC-SHA256, Standard Webhooks) with %s\n", got.Secret)
			}
			return nil
		},
	}
	f := add.Flags()
	f.StringVar(&x.Product, "product", product.Weekly, strings.Join(product.All, ", ")+"; entities after a colon, like dossier:ceviche")
	f.StringVar(&x.Lang, "lang", "es", "language: es or en")
	f.StringVar(&x.Every, "every", deliver.Weekly, "daily, weekly or monthly")
	f.IntVar(&weekday, "weekday", 1, "of weekly: 0 (Sunday) to 6")
	f.IntVar(&x.Day, "day", 1, "of monthly: 1 to 28")
	f.IntVar(&x.Hour, "hour", 8, "hour in Lima, 0 to 23")
	f.StringVar(&x.Channel, "channel", deliver.Email, strings.Join(deliver.Channels, ", "))
	f.StringVar(&x.To, "to", "", "recipient: address of mail or webhook, chat of Telegram")
	f.BoolVar(&x.Private, "allow-private", false, "let a webhook go to this machine or the own network, also by http")

	list := &cobra.Command{
		Use: "list", Short: "List the schedules", Args: cobra.NoArgs, Example: "  antojo deliver list",
		RunE: func(*cobra.Command, []string) error { return c.listDeliveries() },
	}
	remove := &cobra.Command{
		Use: "remove ID", Short: "End a schedule and forget its recipient", Args: cobra.ExactArgs(1), Example: "  antojo deliver remove 0a1b2c3d4e5f",
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := c.sender(delivered{})
			if err != nil {
				return err
			}
			return asUsage(s.Book.Remove(args[0]))
		},
	}
	var period string
	var again bool
	preview := &cobra.Command{
		Use: "preview ID", Short: "Print what a schedule would send, without sending it", Args: cobra.ExactArgs(1), Example: "  antojo deliver preview 0a1b2c3d4e5f > informe.eml",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withSender(cmd.Context(), func(s *deliver.Sender) error {
				x, err := s.Book.Schedule(args[0])
				if err != nil {
					return err
				}
				b, err := s.Preview(cmd.Context(), x, period)
				if err != nil {
					return err
				}
				_, err = c.Out.Write(b)
				return err
			})
		},
	}
	send := &cobra.Command{
		Use: "send [ID]", Short: "Send one schedule now, or all that is due", Args: cobra.MaximumNArgs(1),
		Long: `Sends one schedule now, or without an ID all that is due. What was sent, or may have
been, to this recipient about this period is sent again only with --again.`,
		Example: "  antojo deliver send 0a1b2c3d4e5f\n  antojo deliver send",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withSender(cmd.Context(), func(s *deliver.Sender) error {
				var done []deliver.Event
				var err error
				if len(args) == 0 {
					done, err = s.Pass(cmd.Context())
				} else {
					var e deliver.Event
					if e, err = s.Send(cmd.Context(), args[0], period, again); e.State != "" {
						done = append(done, e)
					}
				}
				for _, e := range done {
					fmt.Fprintf(c.Out, "%s %s %s: %s\n", e.Schedule, e.Product, e.Period, strings.TrimSpace(string(e.State)+" "+e.Code))
					if e.State != deliver.Sent {
						err = errors.Join(err, errors.New("not all was sent: see antojo deliver log"))
					}
				}
				return err
			})
		},
	}
	for _, x := range []*cobra.Command{preview, send} {
		x.Flags().StringVar(&period, "period", "", "period of the report, such as 2026-W46 (default: the last whole one)")
	}
	send.Flags().BoolVar(&again, "again", false, "also what was sent before")
	log := &cobra.Command{
		Use: "log", Short: "Print what was sent, newest last", Args: cobra.NoArgs, Example: "  antojo deliver log",
		Long: "Prints the ledger of attempts, newest last. Recipients stand in it as keyed hashes, which antojo deliver list shows beside the schedules.",
		RunE: func(*cobra.Command, []string) error { return c.logDeliveries() },
	}
	cmd.AddCommand(list, add, remove, preview, send, log)
	return cmd
}

// asUsage marks what the one who asks can mend.
func asUsage(err error) error {
	if errors.Is(err, deliver.ErrInput) || errors.Is(err, product.ErrInput) {
		return usageError{err}
	}
	return err
}

// withSender opens the data for reports and sends.
func (c *cli) withSender(ctx context.Context, f func(*deliver.Sender) error) error {
	n, err := c.openReader(ctx)
	if err != nil {
		return err
	}
	defer n.close()
	book, err := alert.OpenBook(n.dir.alertsPath())
	if err != nil {
		return err
	}
	d, err := c.delivered(n, func() []alert.Alert { return book.Status().Alerts })
	if err != nil {
		return err
	}
	s, err := c.sender(d)
	if err != nil {
		return err
	}
	return asUsage(f(s))
}

func (c *cli) listDeliveries() error {
	s, err := c.sender(delivered{})
	if err != nil {
		return err
	}
	list, err := s.Book.Schedules()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tPRODUCT\tEVERY\tNEXT\tCHANNEL\tTO\tHASH")
	for _, x := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.ID, x.Product, x.Every, x.Next(time.Now()).Format("2006-01-02 15:04"), x.Channel, x.To, s.Book.Recipient(x))
	}
	return w.Flush()
}

func (c *cli) logDeliveries() error {
	s, err := c.sender(delivered{})
	if err != nil {
		return err
	}
	events, err := s.Book.Log()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "AT\tSCHEDULE\tPRODUCT\tPERIOD\tCHANNEL\tHASH\tATTEMPT\tSTATE")
	for _, e := range events {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", e.At.Format(time.RFC3339), e.Schedule, e.Product, e.Period, e.Channel, e.Recipient, e.Attempt, strings.TrimSpace(string(e.State)+" "+e.Code))
	}
	return w.Flush()
}
