package app

import (
	"testing"
	"testing/fstest"

	"antojo/internal/store/duckdb"
)

// TestMemory: a container's limit counts where it is less than the machine has, and the
// mentions that are kept in memory follow it within bounds.
func TestMemory(t *testing.T) {
	const gb = 1 << 30
	for _, c := range []struct {
		name  string
		files map[string]string
		bytes uint64
		warm  int
	}{
		{"unknown", nil, 0, duckdb.DefaultWarm},
		{"damaged", map[string]string{"proc/meminfo": "MemTotal: many kB\n", "sys/fs/cgroup/memory.max": "-1\n"}, 0, duckdb.DefaultWarm},
		{"small machine", map[string]string{"proc/meminfo": "MemTotal:        2097152 kB\nMemFree: 1 kB\n"}, 2 * gb, duckdb.DefaultWarm},
		{"no limit", map[string]string{"proc/meminfo": "MemTotal: 16777216 kB\n", "sys/fs/cgroup/memory.max": "max\n"}, 16 * gb, 19_522_578},
		{"limit", map[string]string{"proc/meminfo": "MemTotal: 16777216 kB\n", "sys/fs/cgroup/memory.max": "8589934592\n"}, 8 * gb, 9_761_289},
		{"old limit beyond all", map[string]string{"proc/meminfo": "MemTotal: 16777216 kB\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 16 * gb, 19_522_578},
		{"limit alone", map[string]string{"sys/fs/cgroup/memory/memory.limit_in_bytes": "8589934592\n"}, 8 * gb, 9_761_289},
		{"very large", map[string]string{"proc/meminfo": "MemTotal: 1073741824 kB\n"}, 1024 * gb, 30_000_000},
	} {
		files := fstest.MapFS{}
		for name, text := range c.files {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
		got := machineMemory(files)
		if got != c.bytes || duckdb.WarmFor(got) != c.warm {
			t.Errorf("%s: %d bytes and %d mentions, want %d and %d", c.name, got, duckdb.WarmFor(got), c.bytes, c.warm)
		}
	}
}
