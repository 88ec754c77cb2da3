package connector

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"antojo/internal/connector/file"
	"antojo/internal/mention"
)

// Kind describes a connector that can be opened by name.
type Kind struct {
	Name     string
	Doc      string
	Settings []Setting
	Open     func(context.Context, Settings) (Connector, error)
}

// Setting is one option of a connector.
type Setting struct {
	Name, Doc string
	Required  bool
}

// Builtin lists the connectors of this program.
func Builtin() []Kind {
	return []Kind{
		{
			Name: "file", Doc: "CSV, TSV, JSONL, JSON, XLSX and Parquet files",
			Settings: []Setting{
				{"path", "file to read, - for standard input", true},
				{"source", "review, delivery, social or survey", false},
				{"channel", "channel of all rows", false},
				{"map", "field=column, several joined by commas", false},
				{"rating_max", "top of the rating scale: 5, 10 or 100", false},
				{"date_order", "auto, dmy or mdy", false},
				{"sheet", "sheet of a workbook", false},
			},
			Open: openFile,
		},
	}
}

// Open opens the connector called kind.
func Open(ctx context.Context, kind string, set Settings) (Connector, error) {
	var names []string
	for _, k := range Builtin() {
		if k.Name == kind {
			if err := k.check(set); err != nil {
				return nil, fmt.Errorf("open connector %s: %w", kind, err)
			}
			return k.Open(ctx, set)
		}
		names = append(names, k.Name)
	}
	return nil, fmt.Errorf("connector %q is not one of %s", kind, strings.Join(names, ", "))
}

func (k Kind) check(set Settings) error {
	known := map[string]bool{}
	for _, s := range k.Settings {
		known[s.Name] = true
		if s.Required && set[s.Name] == "" {
			return fmt.Errorf("setting %s is missing (%s)", s.Name, s.Doc)
		}
	}
	var unknown []string
	for name := range set {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		sort.Strings(unknown)
		return fmt.Errorf("unknown settings: %s", strings.Join(unknown, ", "))
	}
	return nil
}

func openFile(ctx context.Context, set Settings) (Connector, error) {
	opt := file.Options{Channel: set["channel"], Sheet: set["sheet"]}
	var err error
	if v := set["source"]; v != "" {
		if opt.Source, err = mention.ParseSource(v); err != nil {
			return nil, err
		}
	}
	if v := set["date_order"]; v != "" {
		if opt.Order, err = file.ParseDateOrder(v); err != nil {
			return nil, err
		}
	}
	if v := set["rating_max"]; v != "" {
		if opt.RatingMax, err = strconv.Atoi(v); err != nil {
			return nil, fmt.Errorf("rating_max %q is not a number", v)
		}
	}
	if v := set["map"]; v != "" {
		if opt.Map, err = file.ParseMap(strings.Split(v, ",")); err != nil {
			return nil, err
		}
	}
	src, err := file.OpenFile(ctx, set["path"], opt)
	if err != nil {
		return nil, err
	}
	return src, nil
}

var _ Connector = (*file.Source)(nil)
