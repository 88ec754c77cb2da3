package onnx

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// The few messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto)
// that a model needs, written field by field in protobuf's wire format.

// message is an encoded protobuf message under construction.
type message []byte

func (m *message) varint(field int, v int64) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3)
	*m = binary.AppendUvarint(*m, uint64(v))
}

func (m *message) float(field int, v float32) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|5)
	*m = binary.LittleEndian.AppendUint32(*m, math.Float32bits(v))
}

func (m *message) bytes(field int, b []byte) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|2)
	*m = binary.AppendUvarint(*m, uint64(len(b)))
	*m = append(*m, b...)
}

func (m *message) str(field int, s string) { m.bytes(field, []byte(s)) }

// elemType is TensorProto.DataType.
type elemType int64

const (
	typeFloat elemType = 1
	typeUint8 elemType = 2
	typeInt8  elemType = 3
	typeInt64 elemType = 7
)

// tensorProto encodes an initializer; raw is little endian.
func tensorProto(name string, t elemType, shape []int, raw []byte) message {
	m := make(message, 0, len(raw)+len(name)+64)
	for _, d := range shape {
		m.varint(1, int64(d))
	}
	m.varint(2, int64(t))
	m.str(8, name)
	m.bytes(9, raw)
	return m
}

// attribute is one attribute of a node.
type attribute struct {
	name  string
	value any // int, float32, string or []int
}

func (a attribute) encode() message {
	var m message
	m.str(1, a.name)
	switch v := a.value.(type) {
	case float32:
		m.float(2, v)
		m.varint(20, 1)
	case int:
		m.varint(3, int64(v))
		m.varint(20, 2)
	case string:
		m.str(4, v)
		m.varint(20, 3)
	case []int:
		for _, i := range v {
			m.varint(8, int64(i))
		}
		m.varint(20, 7)
	}
	return m
}

// nodeProto encodes one operation.
func nodeProto(name, op, domain string, inputs, outputs []string, attrs []attribute) message {
	var m message
	for _, s := range inputs {
		m.str(1, s)
	}
	for _, s := range outputs {
		m.str(2, s)
	}
	m.str(3, name)
	m.str(4, op)
	for _, a := range attrs {
		m.bytes(5, a.encode())
	}
	if domain != "" {
		m.str(7, domain)
	}
	return m
}

// valueProto encodes an input or output; a dimension is an int or a name.
func valueProto(name string, t elemType, dims ...any) message {
	var shape message
	for _, d := range dims {
		var dim message
		switch d := d.(type) {
		case int:
			dim.varint(1, int64(d))
		case string:
			dim.str(2, d)
		}
		shape.bytes(1, dim)
	}
	var tensor, typ, m message
	tensor.varint(1, int64(t))
	tensor.bytes(2, shape)
	typ.bytes(1, tensor)
	m.str(1, name)
	m.bytes(2, typ)
	return m
}

// rawFloats returns the little-endian bytes of f.
func rawFloats(f []float32) []byte {
	b := make([]byte, 0, 4*len(f))
	for _, v := range f {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// rawInt8 returns the bytes of q.
func rawInt8(q []int8) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(q))), len(q))
}

// rawInt64s returns the little-endian bytes of v.
func rawInt64s(v []int64) []byte {
	b := make([]byte, 0, 8*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	return b
}

// stringInt encodes an OperatorSetIdProto.
func stringInt(s string, v int64) message {
	var m message
	m.str(1, s)
	m.varint(2, v)
	return m
}

// stringString encodes a StringStringEntryProto.
func stringString(key, value string) message {
	var m message
	m.str(1, key)
	m.str(2, value)
	return m
}
