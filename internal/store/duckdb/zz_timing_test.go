package duckdb

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"antojo/internal/metric"
)

func TestZZTiming(t *testing.T) {
	path := os.Getenv("ANTOJO_BENCH_STORE")
	if path == "" {
		t.Skip()
	}
	ctx := context.Background()
	s := open(t, path)
	s.db.Exec("SET GLOBAL memory_limit='1GB'")
	med := func(name string, f func()) {
		var ds []time.Duration
		for range 15 {
			b := time.Now()
			f()
			ds = append(ds, time.Since(b))
		}
		slices.Sort(ds)
		fmt.Printf("%-60s p50 %v max %v\n", name, ds[7].Round(10*time.Microsecond), ds[14].Round(10*time.Microsecond))
	}
	med("select 1", func() { var n int; s.db.QueryRow("SELECT 1").Scan(&n) })
	for _, d := range dashboardQueries {
		v, _ := url.ParseQuery(d.query)
		q, err := metric.ParseQuery(v)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := q.Filter.Resolve(s.lastDay())
		sp := mainSpec(&q, &f)
		tb := route(&sp)
		tx, _ := s.db.BeginTx(ctx, nil)
		med(d.name+" main "+tb.name, func() {
			if err := readGroups(ctx, tx, compile(&sp, tb), func(group) {}); err != nil {
				t.Fatal(err)
			}
		})
		if tb.rollup {
			upto, _, _ := s.tailOf(ctx, tx)
			tail := sp
			tail.tail, tail.after = true, upto
			med(d.name+" tail "+tailTable(&sp, tb).name, func() {
				if err := readGroups(ctx, tx, compile(&tail, tailTable(&sp, tb)), func(group) {}); err != nil {
					t.Fatal(err)
				}
			})
		}
		tot := spec{filter: f}
		med(d.name+" total "+route(&tot).name, func() { s.read(ctx, snapshot{tx: tx}, &tot, func(group) {}) })
		tx.Rollback()
	}
}
