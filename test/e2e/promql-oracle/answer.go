package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
)

// Zero is Prometheus's own default.
type settings struct {
	Experimental  bool  `json:"experimental"`
	LookbackMs    int64 `json:"lookbackMs"`
	DefaultStepMs int64 `json:"defaultStepMs"`
	MaxSamples    int   `json:"maxSamples"`
}

const (
	usualLookbackMs    = 300_000
	usualDefaultStepMs = 60_000
	usualMaxSamples    = 50_000_000
)

type answer struct {
	Kind     string   `json:"kind,omitempty"`
	Series   []points `json:"series,omitempty"`
	Text     string   `json:"text,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Infos    []string `json:"infos,omitempty"`
	Error    *failure `json:"error,omitempty"`
}

// Values one after another as the sixteen hexadecimal digits of their bits.
type points struct {
	Labels map[string]string `json:"labels"`
	Times  []int64           `json:"timesMs"`
	Values string            `json:"values"`
}

// Positions are those of a parse error, in bytes.
type failure struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	At   int    `json:"at"`
	End  int    `json:"end"`
}

type engines map[settings]*promql.Engine

func (e engines) of(wanted settings) *promql.Engine {
	known, ok := e[wanted]
	if ok {
		return known
	}
	made := promql.NewEngine(promql.EngineOpts{
		Logger:               promslog.NewNopLogger(),
		MaxSamples:           int(or(int64(wanted.MaxSamples), usualMaxSamples)),
		Timeout:              time.Minute,
		LookbackDelta:        time.Duration(or(wanted.LookbackMs, usualLookbackMs)) * time.Millisecond,
		EnableAtModifier:     true,
		EnableNegativeOffset: true,
		NoStepSubqueryIntervalFn: func(int64) int64 {
			return or(wanted.DefaultStepMs, usualDefaultStepMs)
		},
		Parser: parserOf(wanted),
	})
	e[wanted] = made
	return made
}

func or(given, usual int64) int64 {
	if given == 0 {
		return usual
	}
	return given
}

func parserOf(wanted settings) parser.Parser {
	return parser.NewParser(parser.Options{EnableExperimentalFunctions: wanted.Experimental})
}

func (e engines) instant(asked question, from *store) answer {
	at := time.UnixMilli(asked.TimeMs)
	return run(e.of(asked.settings).NewInstantQuery(context.Background(), from, nil, *asked.Instant, at))
}

func (e engines) over(asked question, from *store) answer {
	start, end := time.UnixMilli(asked.StartMs), time.UnixMilli(asked.EndMs)
	step := time.Duration(asked.StepMs) * time.Millisecond
	return run(e.of(asked.settings).NewRangeQuery(context.Background(), from, nil, *asked.Range, start, end, step))
}

func run(query promql.Query, err error) answer {
	if err != nil {
		return answer{Error: failureOf(err)}
	}
	defer query.Close()
	result := query.Exec(context.Background())
	if result.Err != nil {
		return answer{Error: failureOf(result.Err)}
	}
	told := answerOf(result.Value)
	told.Warnings, told.Infos = result.Warnings.AsStrings(query.String(), 0, 0)
	return told
}

func answerOf(result parser.Value) answer {
	switch told := result.(type) {
	case promql.Scalar:
		return answer{Kind: "scalar", Series: []points{pointsOf(labels.EmptyLabels(), []promql.FPoint{{T: told.T, F: told.V}})}}
	case promql.String:
		return answer{Kind: "string", Text: told.V}
	case promql.Vector:
		all := answer{Kind: "vector"}
		for _, one := range told {
			all.Series = append(all.Series, pointsOf(one.Metric, []promql.FPoint{{T: one.T, F: one.F}}))
		}
		return all
	case promql.Matrix:
		all := answer{Kind: "matrix"}
		for _, one := range told {
			all.Series = append(all.Series, pointsOf(one.Metric, one.Floats))
		}
		return all
	default:
		return answer{Kind: fmt.Sprintf("%T", result)}
	}
}

func pointsOf(named labels.Labels, floats []promql.FPoint) points {
	times := make([]int64, len(floats))
	var values strings.Builder
	for i, point := range floats {
		times[i] = point.T
		fmt.Fprintf(&values, "%016x", math.Float64bits(point.F))
	}
	return points{Labels: named.Map(), Times: times, Values: values.String()}
}

func failureOf(err error) *failure {
	kind := "execution"
	var parseErrors parser.ParseErrors
	var parseError *parser.ParseErr
	var timedOut promql.ErrQueryTimeout
	var tooMany promql.ErrTooManySamples
	switch {
	case errors.As(err, &parseErrors):
		parseError = &parseErrors[0]
		fallthrough
	case errors.As(err, &parseError):
		span := parseError.PositionRange
		return &failure{Kind: "parse", Text: err.Error(), At: int(span.Start), End: int(span.End)}
	case errors.As(err, &timedOut):
		kind = "timeout"
	case errors.As(err, &tooMany):
		kind = "samples"
	}
	return &failure{Kind: kind, Text: err.Error()}
}
