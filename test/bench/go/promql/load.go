package main

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

const seriesPerCommit = 1000

// A line that begins with "#" has times in milliseconds for the series that follow;
// any other is a series, a tab, and a value for each time.
func open(file string) *tsdb.DB {
	folder, err := os.MkdirTemp("", "plimsoll-promql-")
	check(err)
	options := tsdb.DefaultOptions()
	options.WALSegmentSize = -1 // nothing is to be kept
	database, err := tsdb.Open(folder, promslog.NewNopLogger(), nil, options, nil)
	check(err)
	text, err := os.Open(file)
	check(err)
	defer text.Close()
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	times := []int64{}
	metrics := parser.NewParser(parser.Options{})
	appender := database.Appender(context.Background())
	for count := 1; lines.Scan(); count++ {
		if rest, ok := strings.CutPrefix(lines.Text(), "#"); ok {
			times = timesOf(rest)
		} else {
			load(appender, metrics, times, lines.Text())
		}
		if count%seriesPerCommit == 0 {
			check(appender.Commit())
			appender = database.Appender(context.Background())
		}
	}
	check(lines.Err())
	check(appender.Commit())
	return database
}

func timesOf(line string) []int64 {
	times := []int64{}
	for _, field := range strings.Fields(line) {
		time, err := strconv.ParseInt(field, 10, 64)
		check(err)
		times = append(times, time)
	}
	return times
}

func load(into storage.Appender, metrics parser.Parser, times []int64, line string) {
	name, values, _ := strings.Cut(line, "\t")
	labels, err := metrics.ParseMetric(name)
	check(err)
	series := storage.SeriesRef(0)
	for index, field := range strings.Fields(values) {
		value, err := strconv.ParseFloat(field, 64)
		check(err)
		series, err = into.Append(series, labels, times[index], value)
		check(err)
	}
}
