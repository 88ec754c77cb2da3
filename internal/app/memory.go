package app

import (
	"io/fs"
	"strconv"
	"strings"
)

// machineMemory is the memory, in bytes, that this process may use: that of the machine,
// or less where a control group (a container, a service) sets a limit. 0 = not known, as
// on systems that do not tell it in files. root is the root of the file system.
func machineMemory(root fs.FS) uint64 {
	total := uint64(0)
	if b, err := fs.ReadFile(root, "proc/meminfo"); err == nil {
		total = memTotal(string(b))
	}
	for _, name := range []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		b, err := fs.ReadFile(root, name)
		if err != nil {
			continue
		}
		// "max" = no limit; the older kind writes a number beyond all memory for that.
		if limit, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 64); err == nil && limit > 0 && (total == 0 || limit < total) {
			total = limit
		}
	}
	return total
}

// memTotal reads the line "MemTotal: 24000000 kB" of /proc/meminfo; 0 = there is none.
func memTotal(info string) uint64 {
	for line := range strings.Lines(info) {
		rest, ok := strings.CutPrefix(line, "MemTotal:")
		if !ok {
			continue
		}
		kb, ok := strings.CutSuffix(strings.TrimSpace(rest), " kB")
		if n, err := strconv.ParseUint(kb, 10, 53); ok && err == nil {
			return n * 1024
		}
	}
	return 0
}
