package train

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strconv"
	"time"
)

// Speed of a model on this machine, and what it needs.
type Speed struct {
	TextsPerSecond float64 `json:"texts_per_second"` // median of the passes, all cores, one call with all texts
	Passes         int     `json:"passes"`
	Texts          int     `json:"texts"`            // of one pass
	SingleMillis   float64 `json:"single_ms"`        // median time of one text alone
	StartMillis    float64 `json:"start_ms"`         // from the files to the first answer
	PeakBytes      int64   `json:"peak_bytes"`       // most memory resident while reading; 0 where the system does not tell
	PeakExtraBytes int64   `json:"peak_extra_bytes"` // of it, above what was resident when reading began
}

// MeasureSpeed reads the texts again and again for about two seconds, at least
// three times. start is what opening the model took.
func MeasureSpeed(ctx context.Context, m Reader, texts []string, start time.Duration) (*Speed, error) {
	s := &Speed{Texts: len(texts), StartMillis: float64(start.Microseconds()) / 1000}
	if _, err := m.Read(ctx, texts[:min(len(texts), 64)]); err != nil { // warm
		return nil, err
	}
	before := resident(true)
	var rates, single []float64
	for began := time.Now(); len(rates) < 3 || time.Since(began) < 2*time.Second && len(rates) < 50; {
		t := time.Now()
		if _, err := m.Read(ctx, texts); err != nil {
			return nil, err
		}
		rates = append(rates, float64(len(texts))/time.Since(t).Seconds())
	}
	if peak := resident(false); peak > 0 {
		s.PeakBytes, s.PeakExtraBytes = peak, max(0, peak-before)
	}
	for i := range min(len(texts), 100) {
		t := time.Now()
		if _, err := m.Read(ctx, texts[i:i+1]); err != nil {
			return nil, err
		}
		single = append(single, float64(time.Since(t).Microseconds())/1000)
	}
	s.TextsPerSecond, s.SingleMillis, s.Passes = median(rates), median(single), len(rates)
	return s, nil
}

func median(v []float64) float64 {
	slices.Sort(v)
	if len(v) == 0 {
		return 0
	}
	return v[len(v)/2]
}

// resident is the peak of resident memory since it was last asked with reset, on
// Linux; 0 elsewhere. With reset it forgets the peak so far and gives what is
// resident now.
func resident(reset bool) int64 {
	field := "VmHWM:"
	if reset {
		field = "VmRSS:"
		_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // not allowed everywhere: then the peak is that of the process
	}
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte(field)); ok {
			n, err := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(rest), []byte("kB")))), 10, 64)
			if err == nil {
				return n * 1024
			}
		}
	}
	return 0
}
