package app

import (
	"context"
	"encoding/json"

	"antojo/internal/mention"
	"antojo/internal/pipeline"
)

// live feeds the pages with mentions as they are loaded. A reader that falls
// behind misses some; the pages say that the feed is a sample.
func (n *node) live(ctx context.Context) (<-chan mention.Annotated, error) {
	in, cancel, err := n.bus.Subscribe(pipeline.LiveTopic, 64)
	if err != nil {
		return nil, err
	}
	out := make(chan mention.Annotated, 64)
	go func() {
		defer close(out)
		defer cancel()
		for {
			select {
			case <-ctx.Done():
				return
			case data, ok := <-in:
				if !ok {
					return
				}
				var l pipeline.Live
				if err := json.Unmarshal(data, &l); err != nil {
					n.log.Warn("live notice is not readable", "error", err.Error())
					continue
				}
				for _, m := range l.Mentions {
					select {
					case out <- m:
					case <-ctx.Done():
						return
					}
				}
			}
		}
	}()
	return out, nil
}
