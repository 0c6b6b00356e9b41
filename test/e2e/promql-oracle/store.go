package main

import (
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// Values are texts, because a number of JSON is never NaN; "stale" marks the end of a series.
type loaded struct {
	Labels map[string]string `json:"labels"`
	Times  []int64           `json:"timesMs"`
	Values []string          `json:"values"`
}

// Series in the order in which they were given, which is the order in which sums are taken.
type store struct {
	series []held
}

type held struct {
	labels labels.Labels
	series storage.Series
}

func (s *store) load(given []loaded) {
	s.series = make([]held, 0, len(given))
	for _, one := range given {
		samples := make([]chunks.Sample, len(one.Times))
		for i, time := range one.Times {
			samples[i] = sample{time, number(one.Values[i])}
		}
		named := labels.FromMap(one.Labels)
		s.series = append(s.series, held{named, storage.NewListSeries(named, samples)})
	}
}

func number(text string) float64 {
	if text == "stale" {
		return math.Float64frombits(value.StaleNaN)
	}
	parsed, err := strconv.ParseFloat(text, 64)
	check(err)
	return parsed
}

type sample struct {
	time  int64
	value float64
}

func (s sample) T() int64                    { return s.time }
func (sample) ST() int64                     { return 0 }
func (s sample) F() float64                  { return s.value }
func (sample) H() *histogram.Histogram       { return nil }
func (sample) FH() *histogram.FloatHistogram { return nil }
func (sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample         { return s }

func (s *store) Querier(int64, int64) (storage.Querier, error) { return s, nil }
func (*store) Close() error                                    { return nil }

func (s *store) Select(_ context.Context, sorted bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	found := []held{}
	for _, one := range s.series {
		if matchesAll(one.labels, matchers) {
			found = append(found, one)
		}
	}
	if sorted {
		slices.SortFunc(found, func(a, b held) int { return labels.Compare(a.labels, b.labels) })
	}
	return &selection{found: found, at: -1}
}

func matchesAll(named labels.Labels, matchers []*labels.Matcher) bool {
	for _, matcher := range matchers {
		if !matcher.Matches(named.Get(matcher.Name)) {
			return false
		}
	}
	return true
}

func (*store) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (*store) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

type selection struct {
	found []held
	at    int
}

func (s *selection) Next() bool                      { s.at++; return s.at < len(s.found) }
func (s *selection) At() storage.Series              { return s.found[s.at].series }
func (*selection) Err() error                        { return nil }
func (*selection) Warnings() annotations.Annotations { return nil }
