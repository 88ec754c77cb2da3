package pipeline

import (
	"encoding/json"

	"antojo/internal/mention"
)

// maxLive bounds the mentions of one live notice.
const maxLive = 20

// Live is what the worker announces on LiveTopic after loading: the newest of
// the mentions about food that it loaded, newest last. Texts are redacted.
type Live struct {
	Seq      uint64              `json:"seq"`    // log position reached
	Loaded   int                 `json:"loaded"` // mentions loaded with this notice
	Mentions []mention.Annotated `json:"mentions"`
}

// announce tells open dashboards. Nobody may be listening, so a failure is only
// worth a log line.
func (w *Worker) announce(group []*job) {
	w.lastLive = w.opt.Clock.Now()
	live := Live{Seq: group[len(group)-1].entry.Seq, Mentions: []mention.Annotated{}}
	for _, j := range group {
		live.Loaded += len(j.out)
	}
	for g := len(group) - 1; g >= 0 && len(live.Mentions) < maxLive; g-- {
		out := group[g].out
		for i := len(out) - 1; i >= 0 && len(live.Mentions) < maxLive; i-- {
			if out[i].Relevant {
				live.Mentions = append(live.Mentions, out[i])
			}
		}
	}
	for i, j := 0, len(live.Mentions)-1; i < j; i, j = i+1, j-1 {
		live.Mentions[i], live.Mentions[j] = live.Mentions[j], live.Mentions[i]
	}
	data, err := json.Marshal(live)
	if err == nil {
		err = w.opt.Bus.Notify(LiveTopic, data)
	}
	if err != nil {
		w.log.Warn("live notice failed", "error", err.Error())
	}
}
