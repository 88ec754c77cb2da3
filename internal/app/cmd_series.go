package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"antojo/internal/trend/series"
)

func (d *dataDir) seriesPath() string { return filepath.Join(d.path, "series.csv") }

// withSeries is the store as the trend engine asks it: with the imported series.
type withSeries struct {
	corrected
	path string
}

// SeriesPoints implements trend.SeriesReader.
func (w withSeries) SeriesPoints(context.Context) ([]series.Point, error) {
	return series.File{Path: w.path}.Load()
}

// seriesReport is what an import of series says.
type seriesReport struct {
	Accepted   int            `json:"accepted"`
	Replaced   int            `json:"replaced"`
	Duplicate  int            `json:"duplicate"`
	Rejected   int            `json:"rejected"`
	Rejections []seriesReject `json:"rejections"`
}

type seriesReject struct {
	File   string `json:"file"`
	Row    int    `json:"row"`
	Reason string `json:"reason"`
}

// importSeries reads CSVs of prices and other series into the data dir.
func (c *cli) importSeries(paths []string, asJSON bool) (err error) {
	var points []series.Point
	rep := seriesReport{Rejections: []seriesReject{}}
	for _, path := range paths {
		p, bad, err := readSeries(path, c.In)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		points = append(points, p...)
		rep.Rejected += len(bad)
		for _, b := range bad {
			if len(rep.Rejections) < 100 {
				rep.Rejections = append(rep.Rejections, seriesReject{path, b.Row, b.Why})
			}
		}
	}
	dir, err := openDataDir(c.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.close()) }()
	rep.Accepted, rep.Replaced, err = series.File{Path: dir.seriesPath()}.Merge(points)
	if err != nil {
		return explainDir(dir.path, err)
	}
	rep.Duplicate = len(points) - rep.Accepted - rep.Replaced
	if asJSON {
		err = writeJSON(c.Out, rep)
	} else {
		for _, r := range rep.Rejections {
			fmt.Fprintf(c.Err, "%s: row %d: %s\n", r.File, r.Row, r.Reason)
		}
		_, err = fmt.Fprintf(c.Out, "%d values accepted, %d replaced, %d known already, %d rejected\n", rep.Accepted, rep.Replaced, rep.Duplicate, rep.Rejected)
	}
	if err == nil && rep.Rejected > 0 {
		return errRejected
	}
	return err
}

func readSeries(path string, stdin io.Reader) ([]series.Point, []series.RowError, error) {
	if path == "-" {
		return series.Read(stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return series.Read(f)
}
