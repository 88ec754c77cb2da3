package infer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// graphInfo is what has to be known of an ONNX file before it is run.
type graphInfo struct {
	inputs  []string // without initializers
	outputs []string
	meta    map[string]string // metadata_props
}

// scanModel walks over the messages of an ONNX file (onnx.proto) without reading
// the weights. ONNX Runtime would refuse a broken file too, but with a message
// that helps nobody.
func scanModel(b []byte) (graphInfo, error) {
	g := graphInfo{meta: map[string]string{}}
	if len(b) == 0 {
		return g, errors.New("it is empty")
	}
	graph := false
	initial := map[string]bool{}
	err := fields(b, func(field int, v []byte) error {
		switch field {
		case 14: // ModelProto.metadata_props
			var key, value string
			err := fields(v, func(f int, s []byte) error {
				if f == 1 {
					key = string(s)
				} else if f == 2 {
					value = string(s)
				}
				return nil
			})
			g.meta[key] = value
			return err
		case 7: // ModelProto.graph
			graph = true
			return fields(v, func(f int, s []byte) error {
				switch f {
				case 5: // GraphProto.initializer, its name is field 8
					return name(s, 8, func(n string) { initial[n] = true })
				case 11:
					return name(s, 1, func(n string) { g.inputs = append(g.inputs, n) })
				case 12:
					return name(s, 1, func(n string) { g.outputs = append(g.outputs, n) })
				}
				return nil
			})
		}
		return nil
	})
	if err == nil && !graph {
		err = errors.New("it holds no graph")
	}
	if err != nil {
		return g, fmt.Errorf("it is not a whole ONNX file: %w", err)
	}
	g.inputs = slices.DeleteFunc(g.inputs, func(n string) bool { return initial[n] })
	for _, n := range g.inputs {
		if n != "input_ids" && n != "attention_mask" && n != "token_type_ids" {
			return g, fmt.Errorf("its graph has the input %q; only input_ids, attention_mask and token_type_ids can be given", n)
		}
	}
	if len(g.inputs) == 0 || !slices.Contains(g.inputs, "input_ids") {
		return g, errors.New("its graph has no input input_ids")
	}
	if !slices.Contains(g.outputs, "logits") {
		return g, fmt.Errorf("its graph has the outputs %q, want logits", g.outputs)
	}
	return g, nil
}

func name(b []byte, field int, yield func(string)) error {
	return fields(b, func(f int, v []byte) error {
		if f == field {
			yield(string(v))
		}
		return nil
	})
}

var errEndsEarly = errors.New("it ends early or has been overwritten")

// fields calls yield for every length-delimited field of a protobuf message.
func fields(b []byte, yield func(field int, v []byte) error) error {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 || key>>3 == 0 {
			return errEndsEarly
		}
		b = b[n:]
		skip := uint64(0)
		switch key & 7 {
		case 0:
			if _, n = binary.Uvarint(b); n <= 0 {
				return errEndsEarly
			}
			skip = uint64(n)
		case 1:
			skip = 8
		case 5:
			skip = 4
		case 2:
			size, n := binary.Uvarint(b)
			if n <= 0 || size > uint64(len(b)-n) {
				return errEndsEarly
			}
			b = b[n:]
			if err := yield(int(key>>3), b[:size]); err != nil {
				return err
			}
			skip = size
		default:
			return errEndsEarly
		}
		if skip > uint64(len(b)) {
			return errEndsEarly
		}
		b = b[skip:]
	}
	return nil
}
