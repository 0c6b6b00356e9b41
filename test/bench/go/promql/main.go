// Answers questions as Prometheus does: its engine over the head of its storage, filled from a file.
// It says "ready"; then each line of stdin is a question, each line of stdout its answer with the CPU time that it took.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
)

type question struct {
	// Asked one after another; a figure is the mean over them.
	Expressions []string `json:"expressions"`
	TimeMs      int64    `json:"timeMs"`
	// With a step it is a range, which ends at the time above.
	StartMs int64 `json:"startMs"`
	StepMs  int64 `json:"stepMs"`
	// Times that all of them are asked before it counts, and while it counts.
	WarmUps int `json:"warmUps"`
	Figures int `json:"figures"`
}

type answer struct {
	// Of one expression: the median of the figures.
	CPUMs float64 `json:"cpuMs"`
	// Values of all expressions by `namespace/pod`, as texts because a number of JSON is never NaN.
	Values map[string]string `json:"values"`
}

func main() {
	// As Prometheus sets it.
	debug.SetGCPercent(75)
	database := open(os.Args[1])
	engine := promql.NewEngine(promql.EngineOpts{
		Logger:               promslog.NewNopLogger(),
		MaxSamples:           50_000_000,
		Timeout:              2 * time.Minute,
		LookbackDelta:        5 * time.Minute,
		EnableAtModifier:     true,
		EnableNegativeOffset: true,
	})
	// What loading left behind is not for the first question to clear away.
	runtime.GC()
	fmt.Println("ready")
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		var asked question
		check(json.Unmarshal(in.Bytes(), &asked))
		check(out.Encode(measure(engine, database, asked)))
	}
	check(in.Err())
	check(database.Close())
	check(os.RemoveAll(database.Dir()))
}

func measure(engine *promql.Engine, from storage.Queryable, asked question) answer {
	values := map[string]string{}
	for _, expression := range asked.Expressions {
		for _, sample := range ask(engine, from, expression, asked) {
			pod := sample.Metric.Get("namespace") + "/" + sample.Metric.Get("pod")
			values[pod] = strconv.FormatFloat(sample.F, 'g', -1, 64)
		}
	}
	figures := []float64{}
	for round := range asked.WarmUps + asked.Figures {
		start := cpu()
		for _, expression := range asked.Expressions {
			ask(engine, from, expression, asked)
		}
		if round >= asked.WarmUps {
			figures = append(figures, (cpu()-start).Seconds()*1000/float64(len(asked.Expressions)))
		}
	}
	slices.Sort(figures)
	return answer{CPUMs: figures[len(figures)/2], Values: values}
}

// The answer is read after its query was closed: an instant vector is no longer the engine's.
// Of a range the last value of each series is told, and read before.
func ask(engine *promql.Engine, from storage.Queryable, expression string, asked question) promql.Vector {
	if asked.StepMs > 0 {
		return askRange(engine, from, expression, asked)
	}
	query, err := engine.NewInstantQuery(context.Background(), from, nil, expression, time.UnixMilli(asked.TimeMs))
	check(err)
	defer query.Close()
	result := query.Exec(context.Background())
	check(result.Err)
	vector, err := result.Vector()
	check(err)
	return vector
}

func askRange(engine *promql.Engine, from storage.Queryable, expression string, asked question) promql.Vector {
	step := time.Duration(asked.StepMs) * time.Millisecond
	query, err := engine.NewRangeQuery(
		context.Background(), from, nil, expression, time.UnixMilli(asked.StartMs), time.UnixMilli(asked.TimeMs), step,
	)
	check(err)
	defer query.Close()
	result := query.Exec(context.Background())
	check(result.Err)
	matrix, err := result.Matrix()
	check(err)
	last := promql.Vector{}
	for _, series := range matrix {
		last = append(last, promql.Sample{Metric: series.Metric, F: series.Floats[len(series.Floats)-1].F})
	}
	return last
}

// User and system time of all threads, the collector's too.
func cpu() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
