package prom

import (
	"encoding/json"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
)

// appendAnswer writes the envelope of a query's answer. Tens of thousands of points
// through encoding/json would take longer than the query; here each is appended once,
// in the form of Prometheus: seconds with at most three decimals, values as strings.
// ok is false for types that are left to encoding/json.
func appendAnswer(b []byte, q queryAnswer) (_ []byte, ok bool, err error) {
	b = append(b, `{"status":"success","data":{"resultType":"`+string(q.ResultType)+`","result":[`...)
	switch v := q.Result.(type) {
	case promql.Matrix:
		for i := range v {
			if len(v[i].Histograms) > 0 {
				return nil, false, nil
			}
			if b, err = appendMetric(b, i, v[i].Metric); err != nil {
				return nil, false, err
			}
			b = append(b, `,"values":[`...)
			for j, p := range v[i].Floats {
				if j > 0 {
					b = append(b, ',')
				}
				b = appendPoint(b, p.T, p.F)
			}
			b = append(b, "]}"...)
		}
	case promql.Vector:
		for i := range v {
			if v[i].H != nil {
				return nil, false, nil
			}
			if b, err = appendMetric(b, i, v[i].Metric); err != nil {
				return nil, false, err
			}
			b = append(b, `,"value":`...)
			b = append(appendPoint(b, v[i].T, v[i].F), '}')
		}
	default:
		return nil, false, nil
	}
	return append(b, "]}}"...), true, nil
}

func appendMetric(b []byte, i int, ls labels.Labels) ([]byte, error) {
	if i > 0 {
		b = append(b, ',')
	}
	m, err := json.Marshal(ls)
	return append(append(b, `{"metric":`...), m...), err
}

func appendPoint(b []byte, t int64, v float64) []byte {
	b = append(b, '[')
	if t < 0 {
		b = append(b, '-')
		t = -t
	}
	b = strconv.AppendInt(b, t/1000, 10)
	if ms := t % 1000; ms != 0 {
		b = append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	}
	b = append(b, ',', '"')
	return append(strconv.AppendFloat(b, v, 'f', -1, 64), '"', ']')
}
