package app

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"antojo/internal/grafana/dash"
)

func (c *cli) grafanaCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grafana",
		Short: "What a stock Grafana needs to show Antojo",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var o dash.Options
	export := &cobra.Command{
		Use:   "export DIR",
		Short: "Write data sources, dashboards and alert rules for Grafana 10 to 13",
		Long: `Writes the files that a stock Grafana reads when it starts (docs/grafana.md): below
DIR/provisioning the data sources, the alert rules and where the dashboards are, below
DIR/dashboards the dashboards. Files that are there already are replaced.`,
		Example: "  antojo grafana export /etc/grafana/antojo\n  antojo grafana export out --url http://antojo:8080 --public-url https://antojo.example.org --token",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for name, s := range map[string]string{"url": o.URL, "public-url": o.Public} {
				if u, err := url.Parse(s); s != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "") {
					return usagef("--%s %q: want scheme and host, such as http://localhost:8080", name, s)
				}
			}
			if o.Boards == "" {
				abs, err := filepath.Abs(filepath.Join(args[0], "dashboards"))
				if err != nil {
					return fmt.Errorf("export to %s: %w", args[0], err)
				}
				o.Boards = abs
			}
			return c.exportGrafana(args[0], o)
		},
	}
	f := export.Flags()
	f.StringVar(&o.URL, "url", dash.DefaultURL, "Antojo as Grafana's server reaches it")
	f.StringVar(&o.Public, "public-url", "", "Antojo as a reader's browser reaches it, for links and the outlines of the map (default: --url)")
	f.StringVar(&o.Boards, "dashboards-path", "", "folder of the dashboards as Grafana sees it (default: DIR/dashboards)")
	f.StringVar(&o.From, "from", dash.DefaultFrom, "begin of the time that dashboards open with")
	f.StringVar(&o.To, "to", dash.DefaultTo, "end of it, such as 2026-11-22 for data that have come to an end")
	f.BoolVar(&o.Token, "token", false, "have Grafana send the token in its environment variable ANTOJO_TOKEN")
	cmd.AddCommand(export)
	return cmd
}

// exportGrafana writes the files.
func (c *cli) exportGrafana(dir string, o dash.Options) error {
	files, err := dash.Files(o)
	if err != nil {
		return err
	}
	for _, name := range dash.Names(files) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("export to %s: %w", dir, err)
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return fmt.Errorf("export to %s: %w", dir, err)
		}
		fmt.Fprintln(c.Out, path)
	}
	fmt.Fprintf(c.Err, "antojo: start Grafana with GF_PATHS_PROVISIONING=%s, or copy the folders into its own (docs/grafana.md)\n", filepath.Join(dir, "provisioning"))
	return nil
}
