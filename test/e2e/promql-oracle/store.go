package main

import (
	"context"
	"math"
	"slices"
	"sort"
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
	labels  labels.Labels
	samples samples
}

type samples []chunks.Sample

// What Prometheus's storage leaves out is seen by info() only, which evaluates what it selected at another time.
func (s samples) within(hints *storage.SelectHints) samples {
	if hints == nil || hints.DisableTrimming {
		return s
	}
	from := sort.Search(len(s), func(i int) bool { return s[i].T() >= hints.Start })
	to := sort.Search(len(s), func(i int) bool { return s[i].T() > hints.End })
	return s[from:max(from, to)]
}

func (s *store) load(given []loaded) {
	s.series = make([]held, 0, len(given))
	for _, one := range given {
		read := make(samples, len(one.Times))
		for i, time := range one.Times {
			read[i] = sample{time, number(one.Values[i])}
		}
		s.series = append(s.series, held{labels.FromMap(one.Labels), read})
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

func (s *store) Select(_ context.Context, sorted bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	found := []held{}
	for _, one := range s.series {
		if matchesAll(one.labels, matchers) {
			found = append(found, one)
		}
	}
	if sorted {
		slices.SortFunc(found, func(a, b held) int { return labels.Compare(a.labels, b.labels) })
	}
	return &selection{found: found, hints: hints, at: -1}
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
	hints *storage.SelectHints
	at    int
}

func (s *selection) At() storage.Series {
	one := s.found[s.at]
	return storage.NewListSeries(one.labels, one.samples.within(s.hints))
}

func (s *selection) Next() bool                      { s.at++; return s.at < len(s.found) }
func (*selection) Err() error                        { return nil }
func (*selection) Warnings() annotations.Annotations { return nil }
