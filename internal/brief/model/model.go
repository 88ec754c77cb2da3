// Package model is the writer behind which a language model stands: any endpoint
// that speaks the chat completions API of OpenAI (OpenAI, Azure, vLLM, Ollama,
// llama.cpp). The model gets no figures, only which facts there are, how sure one
// may be of each, and the placeholders it may use; its drafts are checked by the
// same rules as any other's.
//
// Nothing leaves the machine unless an endpoint is configured, and then no mention
// text but for the chosen quotes, and those only if SendQuotes is set.
//
// Read next: prompt.go (what the model is told), answer.go (reading its answer).
package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"antojo/internal/brief"
	"antojo/internal/brief/check"
)

// Options of a Writer. BaseURL and Model are required.
type Options struct {
	BaseURL string // up to and with /v1/
	Model   string
	Key     string // "" for endpoints that need none
	HTTP    *http.Client

	Timeout time.Duration // of one request, default 30 s
	Retries int           // after 429, 5xx and broken connections; default 2, negative none
	Delay   time.Duration // longest wait before a retry, default 4 s

	MaxTokens int64   // prompt and answer of one brief together, rewriting included; default DefaultTokens
	PriceIn   float64 // of a million prompt tokens, in any currency
	PriceOut  float64 // of a million answer tokens
	MaxCost   float64 // of one brief, in the same currency; 0 = no bound

	Plain      bool   // ask for sentences alone, not for what they claim: for models trained so
	SendQuotes bool   // let the model read the chosen quotes
	CacheDir   string // keeps answers by fact table; "" = none
}

// DefaultTokens is the budget of one brief. Of it the words that a declaring model may
// use take about 3,000 of each request.
const DefaultTokens = 40_000

const (
	maxAnswer   = 256 << 10 // bytes read of an answer
	maxPerItem  = 160       // answer tokens planned for an item
	maxClaims   = 160       // and for what it claims
	bytesPerTok = 3         // Spanish prose in JSON, on the safe side
)

// Writer implements brief.Writer. It is safe for concurrent use; the budget is
// that of one Writer, so a new one is made for each brief.
type Writer struct {
	o    Options
	chat openai.ChatCompletionService

	mu     sync.Mutex
	used   Usage
	claims map[string][]check.Claim // by draft
}

// Claims implements brief.Declarer: what the model declared that a draft says. Of an
// answer that declares nothing at all it gives false; if any of its sentences
// declares, one that does not claims nothing.
func (w *Writer) Claims(draft string) ([]check.Claim, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.claims[draft]
	return c, ok
}

// declared keeps what the sentences of an answer claim.
func (w *Writer) declared(list []sentence) {
	if !slices.ContainsFunc(list, func(s sentence) bool { return s.Claims != nil }) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.claims == nil {
		w.claims = map[string][]check.Claim{}
	}
	for _, s := range list {
		w.claims[s.Text] = s.Claims
	}
}

// Usage is what a Writer has used so far.
type Usage struct {
	Prompt, Answer int64 // tokens
	Requests       int
	Cached         int // answers that came from the cache
}

var (
	_ brief.Writer   = (*Writer)(nil)
	_ brief.Declarer = (*Writer)(nil)
)

// New checks the options. It makes no request.
func New(o Options) (*Writer, error) {
	if o.BaseURL == "" || o.Model == "" {
		return nil, errors.New("language model: base URL and model are required")
	}
	if !strings.HasPrefix(o.BaseURL, "http://") && !strings.HasPrefix(o.BaseURL, "https://") {
		return nil, fmt.Errorf("language model: base URL %q: want http:// or https://", o.BaseURL)
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{}
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Retries == 0 {
		o.Retries = 2
	}
	if o.Delay == 0 {
		o.Delay = 4 * time.Second
	}
	if o.MaxTokens == 0 {
		o.MaxTokens = DefaultTokens
	}
	client := *o.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return errors.New("the endpoint redirects; name its final address")
	}
	opts := []option.RequestOption{
		option.WithBaseURL(strings.TrimSuffix(o.BaseURL, "/") + "/"),
		option.WithHTTPClient(&client),
		option.WithMaxRetries(max(0, o.Retries)),
		option.WithMaxRetryDelay(o.Delay),
	}
	if o.Key != "" {
		opts = append(opts, option.WithAPIKey(o.Key))
	}
	// The service is made from these options alone, not from OPENAI_* variables.
	return &Writer{o: o, chat: openai.NewChatCompletionService(opts...)}, nil
}

// Name is the model's name.
func (w *Writer) Name() string { return w.o.Model }

// Used says what the Writer has used so far.
func (w *Writer) Used() Usage {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.used
}

// Draft implements brief.Writer.
func (w *Writer) Draft(ctx context.Context, t brief.Task) ([]string, error) {
	return w.write(ctx, t, w.request(t, nil), len(t.Items), func(item int) (int, bool) { return item, item >= 0 && item < len(t.Items) })
}

// Redraft implements brief.Writer: the rejected drafts go back with the reasons.
func (w *Writer) Redraft(ctx context.Context, t brief.Task, rejected []brief.Rejected) ([]string, error) {
	at := map[int]int{}
	for i, r := range rejected {
		at[r.Item] = i
	}
	return w.write(ctx, t, w.request(t, rejected), len(rejected), func(item int) (int, bool) { i, ok := at[item]; return i, ok })
}

// write asks once and sorts the sentences into n places.
func (w *Writer) write(ctx context.Context, t brief.Task, prompt string, n int, place func(int) (int, bool)) ([]string, error) {
	cache := w.cachePath(t, prompt)
	answer, cached := w.cached(cache)
	var err error
	if !cached {
		if answer, err = w.ask(ctx, system(t.Lang, w.o.Plain), prompt, n); err != nil && answer == "" {
			return nil, err
		}
	}
	list, perr := parseAnswer(answer)
	w.declared(list)
	out := make([]string, n)
	found := 0
	for _, s := range list {
		if i, ok := place(s.Item - 1); ok && out[i] == "" {
			out[i] = s.Text
			found++
		}
	}
	if found == 0 {
		return nil, errors.Join(errors.New("language model: no sentence in the answer"), perr, err)
	}
	if err == nil && perr == nil && !cached && cache != "" {
		w.keep(cache, answer)
	}
	if cached {
		w.mu.Lock()
		w.used.Cached++
		w.mu.Unlock()
	}
	return out, nil
}

// ask streams one completion. An answer that was cut off comes with an error.
func (w *Writer) ask(ctx context.Context, system, prompt string, items int) (string, error) {
	in := int64(len(system)+len(prompt)) / bytesPerTok
	out := int64(200 + items*maxPerItem)
	if !w.o.Plain {
		out += int64(items * maxClaims)
	}
	if err := w.afford(in, out); err != nil {
		return "", err
	}
	ctx, stop := context.WithTimeout(ctx, w.o.Timeout)
	defer stop()
	stream := w.chat.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model: w.o.Model,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.SystemMessage(system), openai.UserMessage(prompt),
		},
		MaxCompletionTokens: openai.Int(out),
		Temperature:         openai.Float(.4),
		StreamOptions:       openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)},
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{
			OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
				Name: "sentences", Strict: openai.Bool(true), Schema: answerSchema(w.o.Plain),
			}},
		},
	})
	defer stream.Close()
	var b strings.Builder
	usage := Usage{Prompt: in, Requests: 1}
	counted, finished := false, false
	for stream.Next() {
		c := stream.Current()
		if c.Usage.TotalTokens > 0 {
			usage.Prompt, usage.Answer, counted = c.Usage.PromptTokens, c.Usage.CompletionTokens, true
		}
		for _, x := range c.Choices {
			if x.Index != 0 {
				continue
			}
			if b.Len()+len(x.Delta.Content) > maxAnswer {
				return "", errors.New("language model: the answer is too long")
			}
			b.WriteString(x.Delta.Content)
			finished = finished || x.FinishReason == "stop"
		}
	}
	if !counted {
		usage.Answer = int64(b.Len()) / bytesPerTok
	}
	w.mu.Lock()
	w.used.Prompt += usage.Prompt
	w.used.Answer += usage.Answer
	w.used.Requests++
	w.mu.Unlock()
	if err := stream.Err(); err != nil {
		return b.String(), fmt.Errorf("language model %s: %w", w.o.Model, err)
	}
	if !finished {
		return b.String(), fmt.Errorf("language model %s: the answer was cut off", w.o.Model)
	}
	return b.String(), nil
}

// afford says whether so many more tokens are within the budget.
func (w *Writer) afford(in, out int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, a := w.used.Prompt+in, w.used.Answer+out
	if p+a > w.o.MaxTokens {
		return fmt.Errorf("language model %s: about %d tokens, %d allowed: %w", w.o.Model, p+a, w.o.MaxTokens, brief.ErrBudget)
	}
	if cost := (float64(p)*w.o.PriceIn + float64(a)*w.o.PriceOut) / 1e6; w.o.MaxCost > 0 && cost > w.o.MaxCost {
		return fmt.Errorf("language model %s: about %.4f, %.4f allowed: %w", w.o.Model, cost, w.o.MaxCost, brief.ErrBudget)
	}
	return nil
}

// cachePath names an answer by facts, model, language and prompt.
func (w *Writer) cachePath(t brief.Task, prompt string) string {
	if w.o.CacheDir == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{t.Table.Hash(), w.o.BaseURL, w.o.Model, t.Lang, system(t.Lang, w.o.Plain), prompt}, "\x00")))
	return filepath.Join(w.o.CacheDir, hex.EncodeToString(sum[:16])+".json")
}

func (w *Writer) cached(path string) (string, bool) {
	if path == "" {
		return "", false
	}
	b, err := os.ReadFile(path)
	if err != nil || !json.Valid(b) {
		return "", false
	}
	return string(b), true
}

// keep writes an answer whole or not at all. A cache that cannot be written costs
// a request next time and nothing else.
func (w *Writer) keep(path, answer string) {
	if os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), "answer-*")
	if err != nil {
		return
	}
	_, err = f.WriteString(answer)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}
