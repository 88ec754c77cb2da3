package train

import (
	"encoding/json"
	"fmt"
	"os"

	"antojo/internal/lexicon/evidence"
	"antojo/internal/mention"
	"antojo/internal/train/bert"
)

// Config describes one model completely: together with the data it names, it
// gives the model again. training/configs holds those that we ship.
type Config struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Seed    uint64 `json:"seed"`

	Model      Shape          `json:"model"`
	Vocabulary VocabConfig    `json:"vocabulary"`
	Corpora    []Corpus       `json:"corpora"` // unlabelled text: vocabulary and pre-training
	Gold       []Source       `json:"gold"`    // read labels, all heads
	Stars      []Source       `json:"stars"`   // rating as a noisy sentiment label
	Split      SplitConfig    `json:"split"`
	Pretrain   PretrainConfig `json:"pretrain"`
	Finetune   FinetuneConfig `json:"finetune"`

	CrossVal CrossValidation `json:"crossval"`
	Evidence EvidenceConfig  `json:"evidence"`

	// Wide has the settings of each head of the model's linear half; empty = the
	// encoder alone.
	Wide map[string]settings `json:"wide"`
	// Baseline fixes the settings of the baseline by head; others are searched for.
	Baseline map[string]settings `json:"baseline"`
}

// Shape of the encoder.
type Shape struct {
	Layers       int `json:"layers"`
	Hidden       int `json:"hidden"`
	Heads        int `json:"heads"`
	Intermediate int `json:"intermediate"`
	MaxLen       int `json:"max_len"`

	LabelAttention bool `json:"label_attention"` // each head attends to the tokens itself, besides the mean over them
}

// Source is one data file below the data folder.
type Source struct {
	Path    string `json:"path"`
	Class   string `json:"class"`   // licence class: A, A* or O
	Licence string `json:"licence"` // in words, for the model card
	Origin  string `json:"origin"`

	// RelevanceWeight is how much one of its gold rows tells of what is about food,
	// against a row of the other files: texts of one kind only, such as tweets that
	// nobody searched, would otherwise decide by their style. 0 = 1.
	RelevanceWeight float32 `json:"relevance_weight,omitempty"`
}

// Corpus is a Source of unlabelled text.
type Corpus struct {
	Source
	Format      string  `json:"format"`       // text (a paragraph a line, .gz allowed), stars (TSV) or gold (JSONL)
	TeachTexts  int     `json:"teach_texts"`  // unread texts that the teacher labels for fine-tuning
	VocabWeight float64 `json:"vocab_weight"` // how often each word counts for the vocabulary
	EmbedTokens int     `json:"embed_tokens"` // tokens for the skip-gram embeddings that pre-training starts from
	Tokens      []int   `json:"tokens"`       // pre-training tokens to draw from it in each round (with repetition if it is smaller)
}

// VocabConfig of the WordPiece vocabulary.
type VocabConfig struct {
	Size     int     `json:"size"`
	MinCount float64 `json:"min_count"` // weighted count below which a word is left out
}

// SplitConfig says which rows are kept for development.
type SplitConfig struct {
	DevPercent      int `json:"dev_percent"`       // of the gold rows, by a hash of their text
	StarsDevPercent int `json:"stars_dev_percent"` // of the star rows: the latest by date
}

// PretrainConfig of masked language modelling.
type PretrainConfig struct {
	Rounds  []PretrainRound `json:"rounds"`
	MaxLen  int             `json:"max_len"` // longer paragraphs are cut into pieces
	Warmup  float32         `json:"warmup"`  // share of the steps
	Mask    float32         `json:"mask"`
	Dropout float32         `json:"dropout"`
	Decay   float32         `json:"weight_decay"`
}

// PretrainRound is one pass of the learning-rate schedule over newly drawn and newly
// masked text; it goes on from the weights of the round before, so that a model can
// be pre-trained for longer without beginning anew.
type PretrainRound struct {
	BatchTokens int     `json:"batch_tokens"`
	Rate        float32 `json:"rate"`
}

// FinetuneConfig of the multi-task stage.
type FinetuneConfig struct {
	Rate         float32 `json:"rate"`
	HeadRate     float32 `json:"head_rate"` // relative to Rate
	Warmup       float32 `json:"warmup"`
	Dropout      float32 `json:"dropout"`
	Decay        float32 `json:"weight_decay"`
	Rounds       []Round `json:"rounds"`
	StarWeight   float32 `json:"star_weight"`   // of a star label against a read label
	TeachWeight  float32 `json:"teach_weight"`  // of the baseline's soft labels on unlabelled rows; 0 = no teacher
	Augment      float32 `json:"augment"`       // share of the gold rows that are changed (case, accents, typos)
	Swap         float32 `json:"swap"`          // share of the gold rows in which foods change places with others
	FarWeight    float32 `json:"far_weight"`    // of "not about food" on unread texts in which the lexicon finds no food
	Smooth       float32 `json:"smooth"`        // label smoothing
	AspectWeight float32 `json:"aspect_weight"` // weight of one aspect head against one of the first three
}

// Round is one pass of the learning-rate schedule; it goes on from the weights of
// the round before. In the first round the baseline labels the unread texts, in
// each later one the mean of the baseline and of the encoder so far, which errs
// less than either.
type Round struct {
	GoldPasses  float64 `json:"gold_passes"`
	StarPasses  float64 `json:"star_passes"` // over star rows and unread texts
	BatchTokens int     `json:"batch_tokens"`
	Balance     float32 `json:"balance"` // 0 = classes as they come, 1 = all classes weigh the same
	StarBalance float32 `json:"star_balance"`
	FarPasses   float64 `json:"far_passes"` // over unread texts in which the lexicon finds no food: they are not about food
	Average     float32 `json:"average"`    // decay of the moving average of the weights
}

// LoadConfig reads and checks a configuration.
func LoadConfig(path string) (*Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read training configuration: %w", err)
	}
	var c Config
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("parse training configuration %s: %w", path, err)
	}
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("training configuration %s: %w", path, err)
	}
	return &c, nil
}

// Validate refuses sources whose licence does not allow a redistributable model,
// and shapes that cannot be trained.
func (c *Config) Validate() error {
	var all []Source
	for _, x := range c.Corpora {
		switch x.Format {
		case "text", "stars", "gold":
		default:
			return fmt.Errorf("corpus %s: format %q is not text, stars or gold", x.Path, x.Format)
		}
		all = append(all, x.Source)
	}
	all = append(append(all, c.Gold...), c.Stars...)
	for _, s := range all {
		switch s.Class {
		case "A", "A*", "O", "A+O", "A*+O":
		default:
			return fmt.Errorf("source %s has licence class %q; only A, A* and O may go into a model that ships", s.Path, s.Class)
		}
	}
	if len(c.Gold) == 0 {
		return fmt.Errorf("no gold files")
	}
	if len(c.Pretrain.Rounds) == 0 {
		return fmt.Errorf("pretrain.rounds is empty")
	}
	for _, x := range c.Corpora {
		if len(x.Tokens) != len(c.Pretrain.Rounds) {
			return fmt.Errorf("corpus %s: tokens for %d rounds of pre-training, but pretrain.rounds has %d", x.Path, len(x.Tokens), len(c.Pretrain.Rounds))
		}
	}
	if len(c.Finetune.Rounds) == 0 {
		return fmt.Errorf("finetune.rounds is empty")
	}
	if c.Vocabulary.Size < 300 {
		return fmt.Errorf("vocabulary size %d is below 300", c.Vocabulary.Size)
	}
	if len(c.Evidence.Weights) > 0 {
		if _, err := evidence.FromMap(c.Evidence.Weights); err != nil {
			return err
		}
	}
	return c.bert().Validate()
}

// bert is the shape for the trainer, with the heads of package mention.
func (c *Config) bert() bert.Config {
	b := bert.Config{
		Layers: c.Model.Layers, Hidden: c.Model.Hidden, Heads: c.Model.Heads,
		Intermediate: c.Model.Intermediate, Vocab: c.Vocabulary.Size, MaxLen: c.Model.MaxLen,
	}
	for _, h := range mention.Heads {
		b.Classes = append(b.Classes, len(h.Labels))
	}
	return b
}
