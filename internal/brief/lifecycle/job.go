package lifecycle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// Tuner starts and follows fine-tuning jobs.
type Tuner struct {
	BaseURL  string // up to and with /v1
	Key      string
	Base     string // model to start from
	Suffix   string // part of the name of the new one
	Work     string // folder for the state of jobs
	HTTP     *http.Client
	Every    time.Duration // between questions how far it is, default 15 s
	Retries  int           // of one request, default 5
	Patience int           // questions in a row that may fail, default 20
	Report   func(string)  // hears of progress
}

// Job is how far a job is; it is kept in a file, so that it can be followed after a
// stop.
type Job struct {
	Set     string `json:"set"` // checksum of the training set
	BaseURL string `json:"base_url"`
	Base    string `json:"base"`
	Suffix  string `json:"suffix"`
	File    string `json:"file,omitempty"`   // id of the uploaded set
	Asked   bool   `json:"asked,omitempty"`  // a job may have been started
	Job     string `json:"job,omitempty"`    // id of the job
	Status  string `json:"status,omitempty"` // as the API says
	Model   string `json:"model,omitempty"`  // the new model
	Tokens  int64  `json:"tokens,omitempty"` // trained
	Event   string `json:"event,omitempty"`  // the newest that was reported
}

// ErrJobFailed is wrapped when a job ends without a model.
var ErrJobFailed = errors.New("the fine-tuning job ended without a model")

func (t *Tuner) options() []option.RequestOption {
	h := t.HTTP
	if h == nil {
		h = &http.Client{Timeout: 2 * time.Minute}
	}
	client := *h
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return errors.New("the endpoint redirects; name its final address")
	}
	retries := t.Retries
	if retries == 0 {
		retries = 5
	}
	return []option.RequestOption{option.WithBaseURL(strings.TrimSuffix(t.BaseURL, "/") + "/"), option.WithHTTPClient(&client), option.WithMaxRetries(max(0, retries)), option.WithAPIKey(t.Key)}
}

func (t *Tuner) path(set string) string { return filepath.Join(t.Work, "job-"+set[:16]+".json") }

func (t *Tuner) load(set string) (Job, error) {
	j := Job{Set: set, BaseURL: t.BaseURL, Base: t.Base, Suffix: t.Suffix}
	data, err := os.ReadFile(t.path(set))
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &j)
	}
	if err == nil && (j.BaseURL != t.BaseURL || j.Base != t.Base) {
		err = fmt.Errorf("the job of this set was started with %s at %s: name the same, or delete the file to start another", j.Base, j.BaseURL)
	}
	if err != nil {
		return j, fmt.Errorf("%s: %w", t.path(set), err)
	}
	return j, nil
}

func (t *Tuner) save(j Job) error {
	data, err := json.MarshalIndent(j, "", " ")
	if err == nil {
		err = os.MkdirAll(t.Work, 0o700)
	}
	if err == nil {
		err = os.WriteFile(t.path(j.Set)+".new", append(data, '\n'), 0o600)
	}
	if err == nil {
		err = os.Rename(t.path(j.Set)+".new", t.path(j.Set))
	}
	if err != nil {
		return fmt.Errorf("keep the state of the job: %w", err)
	}
	return nil
}

func (t *Tuner) say(format string, a ...any) {
	if t.Report != nil {
		t.Report(fmt.Sprintf(format, a...))
	}
}

// Run uploads the set, starts a job and follows it to its end. After a stop it goes
// on where it was: the same set is not uploaded, and no job is started, twice.
func (t *Tuner) Run(ctx context.Context, jsonl []byte, set string) (Job, error) {
	j, err := t.load(set)
	if err != nil {
		return j, err
	}
	files, jobs := openai.NewFileService(t.options()...), openai.NewFineTuningJobService(t.options()...)
	if j.File == "" {
		f, err := files.New(ctx, openai.FileNewParams{File: openai.File(bytes.NewReader(jsonl), "antojo-"+set[:16]+".jsonl", "application/jsonl"), Purpose: openai.FilePurposeFineTune})
		if err == nil && f.ID == "" {
			err = errors.New("the answer names no file")
		}
		if err != nil {
			return j, fmt.Errorf("upload the training set: %w", err)
		}
		j.File = f.ID
		if err := t.save(j); err != nil {
			return j, err
		}
		t.say("uploaded %d bytes as %s", len(jsonl), j.File)
	}
	if j.Job == "" && j.Asked { // the answer to the question may have been lost
		for page := jobs.ListAutoPaging(ctx, openai.FineTuningJobListParams{}); page.Next(); {
			if x := page.Current(); x.TrainingFile == j.File {
				j.Job = x.ID
				break
			}
		}
		if j.Job != "" {
			t.say("found the job %s of this set", j.Job)
		}
	}
	if j.Job == "" {
		j.Asked = true
		if err := t.save(j); err != nil {
			return j, err
		}
		// Not repeated by the client: a second job would cost as much as the first.
		x, err := jobs.New(ctx, openai.FineTuningJobNewParams{Model: openai.FineTuningJobNewParamsModel(t.Base), TrainingFile: j.File, Suffix: openai.String(t.Suffix)}, option.WithMaxRetries(0))
		if err == nil && x.ID == "" {
			err = errors.New("the answer names no job")
		}
		if err != nil {
			return j, fmt.Errorf("start the fine-tuning job: %w; the same command looks for it before it starts another", err)
		}
		j.Job = x.ID
		t.say("started %s", j.Job)
	}
	if err := t.save(j); err != nil {
		return j, err
	}
	return t.follow(ctx, jobs, j)
}

// follow asks how far the job is until it has ended.
func (t *Tuner) follow(ctx context.Context, jobs openai.FineTuningJobService, j Job) (Job, error) {
	every, patience := t.Every, t.Patience
	if every == 0 {
		every = 15 * time.Second
	}
	if patience == 0 {
		patience = 20
	}
	failed := 0
	for {
		x, err := jobs.Get(ctx, j.Job)
		if err == nil && x.Status == "" {
			err = errors.New("the answer has no status")
		}
		if ctx.Err() != nil {
			return j, ctx.Err()
		}
		if err != nil {
			var api *openai.Error
			failed++
			if failed >= patience || errors.As(err, &api) && (api.StatusCode == http.StatusUnauthorized || api.StatusCode == http.StatusNotFound) {
				return j, fmt.Errorf("follow %s: %w; it goes on there: run the same command again to follow it", j.Job, err)
			}
		} else {
			failed = 0
			t.events(ctx, jobs, &j)
			if string(x.Status) != j.Status {
				j.Status = string(x.Status)
				t.say("%s: %s", j.Job, j.Status)
			}
			j.Model, j.Tokens = x.FineTunedModel, x.TrainedTokens
			if err := t.save(j); err != nil {
				return j, err
			}
			switch x.Status {
			case openai.FineTuningJobStatusSucceeded:
				if j.Model == "" {
					return j, fmt.Errorf("%w: %s succeeded but names no model", ErrJobFailed, j.Job)
				}
				return j, nil
			case openai.FineTuningJobStatusFailed, openai.FineTuningJobStatusCancelled:
				return j, fmt.Errorf("%w: %s is %s: %s; delete %s to start another", ErrJobFailed, j.Job, x.Status, x.Error.Message, t.path(j.Set))
			}
		}
		select {
		case <-ctx.Done():
			return j, ctx.Err()
		case <-time.After(every):
		}
	}
}

// events reports what is new, oldest first. They are only for the reader: that they
// cannot be had stops nothing.
func (t *Tuner) events(ctx context.Context, jobs openai.FineTuningJobService, j *Job) {
	page, err := jobs.ListEvents(ctx, j.Job, openai.FineTuningJobListEventsParams{Limit: openai.Int(50)})
	if err != nil {
		return
	}
	var fresh []string
	for _, e := range page.Data {
		if e.ID == j.Event {
			break
		}
		fresh = append(fresh, e.Message)
	}
	if len(page.Data) > 0 {
		j.Event = page.Data[0].ID
	}
	for i := len(fresh) - 1; i >= 0; i-- {
		t.say("%s", fresh[i])
	}
}
