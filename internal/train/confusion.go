package train

import (
	"context"

	"antojo/internal/mention"
	"antojo/internal/metric/prevalence"
)

// Confusion reads the development rows of a configuration with a model and counts
// its errors by head and source: the content of confusion.json, from which the
// metrics layer corrects shares. Rows of unknown source and rows that the model
// cannot read are left out.
func Confusion(ctx context.Context, c EvalConfig, m Reader, model string) (*prevalence.Confusion, error) {
	set, err := c.Config.Load(c.Data)
	if err != nil {
		return nil, err
	}
	pred, err := readLabels(ctx, m, set.Dev)
	if err != nil {
		return nil, err
	}
	var out []prevalence.Outcome
	for i := range set.Dev {
		src, err := mention.ParseSource(set.Dev[i].Source)
		if err != nil {
			continue
		}
		out = append(out, prevalence.Outcome{Source: src, Gold: set.Dev[i].Labels[:], Pred: pred[i][:]})
	}
	return prevalence.Count(model, out), nil
}
