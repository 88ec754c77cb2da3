package grafana

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"antojo/internal/mention"
)

// Pusher sends counts of new mentions to Grafana Live, which shows them in panels
// without asking again and again. It sends counts only, never texts.
//
// The line protocol's one line has a field for each source and each sentiment and no
// tags: a panel of Grafana Live needs the same fields every time.
type Pusher struct {
	URL    string // of Grafana, e.g. http://localhost:3000
	Token  string // of a service account that may push; "" = none is sent
	Client *http.Client
	Logger *slog.Logger
	Every  time.Duration // default 1 s
}

// LiveStream is the stream that is pushed to, LiveMeasurement the name of the line:
// panels subscribe to stream/antojo/mentions.
const (
	LiveStream      = "antojo"
	LiveMeasurement = "mentions"
)

// Check reports a URL that cannot be pushed to.
func (p *Pusher) Check() error {
	u, err := url.Parse(p.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("Grafana's URL %q: want scheme and host, such as http://localhost:3000", p.URL)
	}
	return nil
}

// Run pushes what feed brings until ctx ends or feed is closed. Grafana being away
// loses counts and nothing else: it is told of once, and tried again ever more seldom.
func (p *Pusher) Run(ctx context.Context, feed <-chan mention.Annotated) {
	every := p.Every
	if every == 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	var c liveCounts
	failures, skip := 0, 0
	for {
		select {
		case <-ctx.Done():
			return
		case m, ok := <-feed:
			if !ok {
				return
			}
			c.add(&m)
		case now := <-tick.C:
			if skip > 0 {
				skip--
				continue
			}
			line := c.line(now)
			c = liveCounts{}
			if err := p.push(ctx, line); err != nil && ctx.Err() == nil {
				if failures++; failures == 1 {
					p.Logger.Warn("Grafana Live takes no pushes; trying again", "error", err.Error())
				}
				skip = min(1<<min(failures, 6), 60)
			} else if failures > 0 {
				failures = 0
				p.Logger.Info("Grafana Live takes pushes again")
			}
		}
	}
}

func (p *Pusher) push(ctx context.Context, line string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(p.URL, "/")+"/api/live/push/"+LiveStream, bytes.NewBufferString(line))
	if err != nil {
		return fmt.Errorf("push to Grafana Live: %w", err)
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	if p.Token != "" {
		req.Header.Set("Authorization", "Bearer "+p.Token)
	}
	client := p.Client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("push to Grafana Live: %w", err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 4096))
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("push to Grafana Live: Grafana answers %s; the token needs a service account with the role Editor", res.Status)
	}
	return nil
}

// liveCounts are the mentions since the last push.
type liveCounts struct {
	total      int
	sources    [4]int // in the order of mention.Sources
	sentiments [3]int // neg, neu, pos
}

func (c *liveCounts) add(m *mention.Annotated) {
	c.total++
	for i, s := range mention.Sources {
		if s == m.Source {
			c.sources[i]++
		}
	}
	if m.Scored {
		c.sentiments[m.Sentiment+1]++
	}
}

// line writes the counts in Influx's line protocol.
func (c *liveCounts) line(at time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s total=%di", LiveMeasurement, c.total)
	for i, s := range mention.Sources {
		fmt.Fprintf(&b, ",%s=%di", s, c.sources[i])
	}
	for i, s := range mention.SentimentLabels {
		fmt.Fprintf(&b, ",%s=%di", s, c.sentiments[i])
	}
	fmt.Fprintf(&b, " %d\n", at.UnixNano())
	return b.String()
}
