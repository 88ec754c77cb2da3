package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/api"
	"antojo/internal/mcp"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store"
	"antojo/internal/trend"
)

// mcpPath is where serve answers the protocol over HTTP.
const mcpPath = "/mcp"

func (c *cli) mcpCmd() *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Serve tools to language models over the Model Context Protocol (stdio)",
		Long: `Speaks the Model Context Protocol on the standard input and output, as desktop
assistants start it. The tools only read: query_metrics, rank_trends,
explain_verdict, fetch_quotes, write_brief. Figures come with n and their 95 %
interval, and are refused where data are too few.

It needs the data dir to itself. Beside a running server use the server's own
endpoint, http://127.0.0.1:8080/mcp (streamable HTTP).`,
		Example: "  antojo mcp --data ./antojo-data\n  antojo mcp --base-url http://127.0.0.1:8080",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if u, err := url.Parse(base); base != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
				return usagef("--base-url %q: want an address such as http://127.0.0.1:8080", base)
			}
			n, err := c.openReader(cmd.Context())
			if errors.Is(err, store.ErrInUse) {
				return fmt.Errorf("%w; beside a running server use its endpoint, http://ADDRESS%s", err, mcpPath)
			}
			if err != nil {
				return err
			}
			defer n.close()
			data, err := correct(n.store, c.model)
			if err != nil {
				return err
			}
			s, err := c.newMCP(n, data, n.names(), base, func(ctx context.Context, f metric.Filter) (trend.Report, error) {
				return trend.Rank(ctx, withSeries{data, n.dir.seriesPath()}, n.names(), trend.Options{Filter: f, To: f.To, Days: int(f.To-f.From) + 1})
			})
			if err != nil {
				return err
			}
			ends := newStdio(cmd.Context(), c.In, c.Out)
			err = s.Run(cmd.Context(), &sdk.IOTransport{Reader: ends, Writer: ends, MaxLineLength: 2 * maxMCPLine})
			if errors.Is(err, io.EOF) {
				return nil // the other side has gone: the usual end
			}
			return err
		},
	}
	cmd.Flags().StringVar(&base, "base-url", "", "address of the pages, for links (default: paths only)")
	cmd.Flags().StringVar(&c.model, "model", "", "folder of the encoder whose confusion matrices to use beside the built-in ones")
	return cmd
}

// newMCP wires the tools to a node.
func (c *cli) newMCP(n *node, data corrected, words mcp.Lexicon, base string, rank func(context.Context, metric.Filter) (trend.Report, error)) (*mcp.Server, error) {
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return nil, err
	}
	return mcp.New(mcp.Options{Version: c.version, Data: data, Lexicon: words, Rank: rank, Base: base, Logger: n.log,
		Brief: func(ctx context.Context, period, lang string) ([]byte, error) {
			b, err := briefWriter{n, data, cat}.write(ctx, period, lang, "json")
			if errors.Is(err, api.ErrInput) {
				return nil, fmt.Errorf("%w: %w", err, mcp.ErrInput)
			}
			return b, err
		}})
}

// withMCP serves the tools to those who may read.
func (c *cli) withMCP(s *mcp.Server, rest http.Handler) http.Handler {
	tools := c.readOnly(s.Handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == mcpPath || strings.HasPrefix(r.URL.Path, mcpPath+"/") {
			tools.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}
