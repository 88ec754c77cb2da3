package app

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/api/token"
	"antojo/internal/mention"
)

func (c *cli) tokensCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "tokens", Short: "Make, list and revoke the tokens with which programs use the API",
		Long: `A program sends its token as Authorization: Bearer antojo_…. The data dir keeps a
hash of each token, its name, scopes and dates; the token itself is shown once. A
running server sees a change within a second.`,
		Example: "  antojo tokens create dashboard --scope read\n  antojo tokens list\n  antojo tokens revoke dashboard",
	}
	cmd.AddCommand(c.tokenCreateCmd(), c.tokenListCmd(), c.tokenRevokeCmd())
	return cmd
}

func (c *cli) tokens() *token.File { return &token.File{Path: c.tokensPath()} }

func (c *cli) tokenCreateCmd() *cobra.Command {
	var scopes []string
	var expires string
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make a token and print it, this once", Args: cobra.ExactArgs(1),
		Long: `Makes a token and prints it on stdout; it cannot be shown again.

  read      figures, trends, mentions, briefs: all that asks
  annotate  have texts read by the model; nothing is stored
  write     imports and series`,
		Example: "  antojo tokens create dashboard --scope read --expires 90d\n  antojo tokens create loader --scope read,write",
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := token.ParseScopes(scopes)
			if err != nil {
				return usagef("--scope: %w", err)
			}
			now := time.Now()
			until := time.Time{}
			if expires != "" {
				days, err := parseDays(expires)
				if err != nil {
					return usagef("--expires %q: want days or weeks up to a year, such as 90d or 12w", expires)
				}
				until = now.AddDate(0, 0, days).Truncate(time.Second)
			}
			if err := os.MkdirAll(c.data, 0o700); err != nil {
				return explainDir(c.data, err)
			}
			secret, t, err := c.tokens().Create(args[0], list, until, now)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Err, "token %s (%s), scopes %s, %s; keep it safe, it is not shown again:\n", t.ID, t.Name, joinScopes(t.Scopes), untilText(t))
			_, err = fmt.Fprintln(c.Out, secret)
			return err
		},
	}
	cmd.Flags().StringSliceVar(&scopes, "scope", []string{"read"}, "what it may do: read, annotate, write")
	cmd.Flags().StringVar(&expires, "expires", "", "after how many days it ends, such as 90d (default: never)")
	return cmd
}

func (c *cli) tokenListCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the tokens, oldest first", Args: cobra.NoArgs,
		Example: "  antojo tokens list --json",
		RunE: func(*cobra.Command, []string) error {
			ts, err := c.tokens().List()
			if err != nil {
				return err
			}
			if asJSON {
				type row struct {
					ID      string        `json:"id"`
					Name    string        `json:"name"`
					Scopes  []token.Scope `json:"scopes"`
					Created time.Time     `json:"created"`
					Expires *time.Time    `json:"expires"`
				}
				rows := []row{}
				for _, t := range ts {
					r := row{t.ID, t.Name, t.Scopes, t.Created, nil}
					if !t.Expires.IsZero() {
						r.Expires = &t.Expires
					}
					rows = append(rows, r)
				}
				return writeJSON(c.Out, rows)
			}
			if len(ts) == 0 {
				fmt.Fprintln(c.Err, "no tokens")
				return nil
			}
			tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "id\tname\tscopes\tcreated\texpires")
			for _, t := range ts {
				fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, joinScopes(t.Scopes), t.Created.In(mention.Lima).Format(time.DateOnly), untilText(t))
			}
			return tw.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (c *cli) tokenRevokeCmd() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID|NAME", Short: "End a token", Args: cobra.ExactArgs(1),
		Example: "  antojo tokens revoke dashboard",
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := os.Stat(c.data); err != nil {
				return fmt.Errorf("no data in %s: name the folder of the server with --data", c.data)
			}
			t, err := c.tokens().Revoke(args[0])
			if errors.Is(err, token.ErrNotFound) {
				return fmt.Errorf("%w: antojo tokens list shows those there are", err)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Err, "token %s (%s) is revoked\n", t.ID, t.Name)
			return nil
		},
	}
}

func joinScopes(s []token.Scope) string {
	var out []string
	for _, x := range s {
		out = append(out, string(x))
	}
	return strings.Join(out, ",")
}

func untilText(t token.Token) string {
	switch {
	case t.Expires.IsZero():
		return "never expires"
	case time.Now().After(t.Expires):
		return "expired " + t.Expires.In(mention.Lima).Format(time.DateOnly)
	}
	return "until " + t.Expires.In(mention.Lima).Format(time.DateOnly)
}
