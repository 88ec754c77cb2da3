package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/api/token"
	"antojo/internal/infer"
	"antojo/internal/mention"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
)

// The Open Inference Protocol v2 (KServe, Triton), REST form, for the encoder: one
// input tensor of texts, one output tensor of probabilities for each head. Texts are
// normalised and redacted first, as they are wherever else the model reads them.
// https://github.com/kserve/open-inference-protocol

const oipBase = "/v2"

// Names of tensors.
const (
	tensorText     = "text"     // BYTES [n]
	tensorReadable = "readable" // BOOL [n]: the model could spell the text
	tensorTokens   = "tokens"   // INT32 [n]: tokens read
)

// oipProblem is a problem with the member that the protocol's clients look for.
type oipProblem struct {
	huma.ErrorModel
	Error string `json:"error" doc:"what is wrong, as clients of the protocol expect it"`
}

// ServerMetadata describes the server.
type ServerMetadata struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Extensions []string `json:"extensions" nullable:"false"`
}

// Live says that the process runs.
type Live struct {
	Live bool `json:"live"`
}

// Ready says that it can answer.
type Ready struct {
	Ready bool `json:"ready"`
}

// ModelReady says that a model can answer.
type ModelReady struct {
	Name  string `json:"name"`
	Ready bool   `json:"ready"`
}

// ModelMetadata describes a model.
type ModelMetadata struct {
	Name     string           `json:"name"`
	Versions []string         `json:"versions" nullable:"false"`
	Platform string           `json:"platform"`
	Inputs   []TensorMetadata `json:"inputs" nullable:"false"`
	Outputs  []TensorMetadata `json:"outputs" nullable:"false"`
}

// TensorMetadata describes a tensor; -1 in a shape stands for any size.
type TensorMetadata struct {
	Name       string            `json:"name"`
	Datatype   string            `json:"datatype" enum:"BYTES,FP32,INT32,BOOL"`
	Shape      []int             `json:"shape" nullable:"false"`
	Parameters *TensorParameters `json:"parameters,omitempty"`
}

// TensorParameters name the columns of an output.
type TensorParameters struct {
	Labels []string `json:"labels" nullable:"false" doc:"in the order of the last dimension"`
}

// InferRequest asks for predictions.
type InferRequest struct {
	ID         string          `json:"id,omitempty" maxLength:"200"`
	Parameters map[string]any  `json:"parameters,omitempty" doc:"ignored"`
	Inputs     []InferInput    `json:"inputs" minItems:"1" maxItems:"1" nullable:"false"`
	Outputs    []RequestOutput `json:"outputs,omitempty" maxItems:"32" nullable:"false" doc:"which tensors to give; all heads unless said otherwise"`
}

// InferInput is the tensor of texts.
type InferInput struct {
	Name       string         `json:"name" enum:"text"`
	Datatype   string         `json:"datatype" enum:"BYTES"`
	Shape      []int          `json:"shape" minItems:"1" maxItems:"2" nullable:"false" doc:"[n] or [n, 1]" example:"[1]"`
	Parameters map[string]any `json:"parameters,omitempty" doc:"ignored"`
	Data       []string       `json:"data" minItems:"1" maxItems:"1000" nullable:"false" example:"[\"El ceviche estaba buenazo\"]"`
}

// RequestOutput names a tensor to give.
type RequestOutput struct {
	Name       string         `json:"name" maxLength:"100"`
	Parameters map[string]any `json:"parameters,omitempty" doc:"ignored"`
}

// InferResponse holds the predictions.
type InferResponse struct {
	ModelName    string         `json:"model_name"`
	ModelVersion string         `json:"model_version"`
	ID           string         `json:"id,omitempty"`
	Outputs      []OutputTensor `json:"outputs" nullable:"false"`
}

// OutputTensor is one output; its data are in row-major order.
type OutputTensor struct {
	Name     string `json:"name"`
	Datatype string `json:"datatype" enum:"FP32,INT32,BOOL"`
	Shape    []int  `json:"shape" nullable:"false"`
	Data     Tensor `json:"data"`
}

// Tensor is a flat list of numbers or truth values.
type Tensor []any

// Schema says so.
func (Tensor) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeBoolean}}}}
}

type oipModelIn struct {
	Model string `path:"model" maxLength:"200" doc:"Name of the model; GET /api/v1/health tells it with its version."`
}

type oipVersionIn struct {
	Model   string `path:"model" maxLength:"200" doc:"Name of the model."`
	Version string `path:"version" maxLength:"100" doc:"Version of the model."`
}

type inferIn struct {
	Model string `path:"model" maxLength:"200" doc:"Name of the model."`
	Body  InferRequest
}

type inferVersionIn struct {
	Model   string `path:"model" maxLength:"200" doc:"Name of the model."`
	Version string `path:"version" maxLength:"100" doc:"Version of the model."`
	Body    InferRequest
}

func (s *Server) registerOIP() {
	oipAdd(s, s.oip("oip-server", http.MethodGet, "", "Server metadata", ""), func(context.Context, *struct{}) (*answer[ServerMetadata], error) {
		return reply(ServerMetadata{Name: "antojo", Version: s.o.Version, Extensions: []string{}}), nil
	})
	oipAdd(s, s.oip("oip-live", http.MethodGet, "/health/live", "Whether the process runs", ""), func(context.Context, *struct{}) (*answer[Live], error) {
		return reply(Live{true}), nil
	})
	oipAdd(s, s.oip("oip-ready", http.MethodGet, "/health/ready", "Whether the model can answer", ""), func(context.Context, *struct{}) (*answer[Ready], error) {
		return reply(Ready{true}), nil
	})
	metadata := func(_ context.Context, in *oipModelIn) (*answer[ModelMetadata], error) {
		if err := s.oipModel(in.Model, ""); err != nil {
			return nil, err
		}
		return reply(s.modelMetadata()), nil
	}
	ready := func(_ context.Context, in *oipModelIn) (*answer[ModelReady], error) {
		if err := s.oipModel(in.Model, ""); err != nil {
			return nil, err
		}
		return reply(ModelReady{in.Model, true}), nil
	}
	oipAdd(s, s.oip("oip-model", http.MethodGet, "/models/{model}", "Model metadata", "The input and output tensors, with the labels of each output's columns."), metadata)
	oipAdd(s, s.oip("oip-model-version", http.MethodGet, "/models/{model}/versions/{version}", "Model metadata, by version", ""), func(ctx context.Context, in *oipVersionIn) (*answer[ModelMetadata], error) {
		if err := s.oipModel(in.Model, in.Version); err != nil {
			return nil, err
		}
		return metadata(ctx, &oipModelIn{in.Model})
	})
	oipAdd(s, s.oip("oip-model-ready", http.MethodGet, "/models/{model}/ready", "Whether a model can answer", ""), ready)
	oipAdd(s, s.oip("oip-model-version-ready", http.MethodGet, "/models/{model}/versions/{version}/ready", "Whether a model can answer, by version", ""), func(ctx context.Context, in *oipVersionIn) (*answer[ModelReady], error) {
		if err := s.oipModel(in.Model, in.Version); err != nil {
			return nil, err
		}
		return ready(ctx, &oipModelIn{in.Model})
	})
	doc := "Texts in, probabilities of each head out. The input is the tensor `text` (BYTES); the outputs are `relevance` [n,2], `sentiment` [n,3], `intent` [n,5], " +
		"`aspect_food` and the other aspects [n,4], all FP32 and each row summing to 1, and on request `readable` (BOOL [n]) and `tokens` (INT32 [n]). " +
		"The rows of a text that the model cannot spell are zero. Binary tensor data is not supported."
	oipAdd(s, s.oip("oip-infer", http.MethodPost, "/models/{model}/infer", "Infer", doc), func(ctx context.Context, in *inferIn) (*answer[InferResponse], error) {
		return s.infer(ctx, in.Model, "", &in.Body)
	})
	oipAdd(s, s.oip("oip-infer-version", http.MethodPost, "/models/{model}/versions/{version}/infer", "Infer, by version", doc), func(ctx context.Context, in *inferVersionIn) (*answer[InferResponse], error) {
		return s.infer(ctx, in.Model, in.Version, &in.Body)
	})
}

// oip describes an operation of the protocol. What describes needs no token, as
// schedulers and balancers ask it.
func (s *Server) oip(id, method, path, summary, description string) huma.Operation {
	op := huma.Operation{OperationID: id, Method: method, Path: oipBase + path, Tags: []string{"inference"}, Summary: summary, Description: description, Security: []map[string][]string{{}}}
	if method == http.MethodPost {
		op.Security = needs(token.Annotate, true)
		op.MaxBodyBytes = maxTextsIn
		op.BodyReadTimeout = workTimeout
		op.Metadata = timeout(workTimeout)
	}
	return op
}

// oipAdd registers an operation and documents its errors as they look.
func oipAdd[I, O any](s *Server, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	op.Responses = map[string]*huma.Response{"default": {Description: "Error", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(typeOf[oipProblem](), true, "OIPError")},
	}}}
	add(s, op, h)
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// oipModel checks the name and version in a path.
func (s *Server) oipModel(name, version string) error {
	info := s.o.Encoder.Info()
	if name != info.Name && name != info.Model() {
		return problem(http.StatusNotFound, "there is no model %q; this server has %s", clip(name), info.Name)
	}
	if version != "" && version != info.Version {
		return problem(http.StatusNotFound, "there is no version %q of %s; this server has %s", clip(version), info.Name, info.Version)
	}
	return nil
}

// modelHeads are the heads that the model has.
func (s *Server) modelHeads() []mention.Head {
	absent := s.o.Encoder.Info().Absent
	return slices.DeleteFunc(slices.Clone(mention.Heads), func(h mention.Head) bool { return slices.Contains(absent, h.Name) })
}

func (s *Server) modelMetadata() ModelMetadata {
	info := s.o.Encoder.Info()
	out := ModelMetadata{Name: info.Name, Versions: []string{}, Platform: "onnxruntime_onnx",
		Inputs: []TensorMetadata{{Name: tensorText, Datatype: "BYTES", Shape: []int{-1}}}, Outputs: []TensorMetadata{}}
	if info.Version != "" {
		out.Versions = append(out.Versions, info.Version)
	}
	if info.Library == "" {
		out.Platform = "antojo_tfidf"
	}
	for _, h := range s.modelHeads() {
		out.Outputs = append(out.Outputs, TensorMetadata{Name: h.Name, Datatype: "FP32", Shape: []int{-1, len(h.Labels)}, Parameters: &TensorParameters{h.Labels}})
	}
	out.Outputs = append(out.Outputs, TensorMetadata{Name: tensorReadable, Datatype: "BOOL", Shape: []int{-1}}, TensorMetadata{Name: tensorTokens, Datatype: "INT32", Shape: []int{-1}})
	return out
}

func (s *Server) infer(ctx context.Context, name, version string, in *InferRequest) (*answer[InferResponse], error) {
	x := exchangeOf(ctx)
	if x.r.Header.Get("Inference-Header-Content-Length") != "" {
		return nil, problem(http.StatusBadRequest, "binary tensor data is not supported: send the texts in the member data")
	}
	if err := s.oipModel(name, version); err != nil {
		return nil, err
	}
	if len(in.Inputs) != 1 || in.Inputs[0].Name != tensorText {
		return nil, fieldProblem("body.inputs", "want one tensor named text", nil)
	}
	texts := in.Inputs[0].Data
	n := len(texts)
	if shape := in.Inputs[0].Shape; shape[0] != n || len(shape) == 2 && shape[1] != 1 {
		return nil, fieldProblem("body.inputs[0].shape", fmt.Sprintf("want [%d] or [%d, 1], as data has %d texts", n, n, n), nil)
	}
	var known, want []string
	for _, h := range s.modelHeads() {
		known = append(known, h.Name)
	}
	want = slices.Clone(known)
	known = append(known, tensorReadable, tensorTokens)
	if len(in.Outputs) > 0 {
		want = nil
		for i, o := range in.Outputs {
			if !slices.Contains(known, o.Name) {
				return nil, fieldProblem(fmt.Sprintf("body.outputs[%d].name", i), "want one of "+oneOf(known), o.Name)
			}
			if !slices.Contains(want, o.Name) {
				want = append(want, o.Name)
			}
		}
	}
	if full := s.enter(); full != nil {
		x.w.Header().Set("Retry-After", "1")
		return nil, full
	}
	defer s.leave()
	clean := make([]string, n)
	for i, t := range texts {
		if len(t) > pipeline.MaxText {
			return nil, fieldProblem(fmt.Sprintf("body.inputs[0].data[%d]", i), fmt.Sprintf("it has %d bytes, at most %d are read", len(t), pipeline.MaxText), nil)
		}
		clean[i] = privacy.Redact(pipeline.Normalize(t))
	}
	ps := make([]infer.Prediction, n)
	if err := s.o.Encoder.Predict(ctx, clean, ps); err != nil {
		return nil, err
	}
	info := s.o.Encoder.Info()
	out := InferResponse{ModelName: info.Name, ModelVersion: info.Version, ID: in.ID, Outputs: make([]OutputTensor, len(want))}
	for i, name := range want {
		out.Outputs[i] = tensor(name, ps)
	}
	return reply(out), nil
}

// tensor lays out what the predictions say for one output.
func tensor(name string, ps []infer.Prediction) OutputTensor {
	t := OutputTensor{Name: name, Datatype: "FP32"}
	for i := range ps {
		p := &ps[i]
		readable := p.Readable()
		switch name {
		case tensorReadable:
			t.Datatype = "BOOL"
			t.Data = append(t.Data, readable)
		case tensorTokens:
			t.Datatype = "INT32"
			t.Data = append(t.Data, p.Tokens)
		default:
			for _, v := range columns(name, p) {
				if !readable {
					v = 0
				}
				t.Data = append(t.Data, v)
			}
		}
	}
	if t.Shape = []int{len(ps)}; t.Datatype == "FP32" {
		t.Shape = append(t.Shape, len(t.Data)/len(ps))
	}
	return t
}

// columns are the probabilities of a head, in the order of its labels.
func columns(head string, p *infer.Prediction) []float32 {
	switch head {
	case "relevance":
		return []float32{1 - p.Relevance, p.Relevance}
	case "sentiment":
		return p.Sentiments[:]
	case "intent":
		return p.Intents[:]
	}
	for a := range p.Aspects {
		if head == "aspect_"+mention.AspectNames[a] {
			return p.Aspects[a][:]
		}
	}
	return nil
}
