// Reads one expression of PromQL, from the standard input, again and again with Prometheus's own parser.
// Prints CPU milliseconds of one reading, the median of seven rounds.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	check(err)
	expression := string(text)
	reader := parser.NewParser(parser.Options{})
	figures := []float64{}
	for len(figures) < 7 {
		readings := 0
		start := cpu()
		for cpu()-start < 200*time.Millisecond {
			for range 50 {
				_, err := reader.ParseExpr(expression)
				check(err)
			}
			readings += 50
		}
		figures = append(figures, (cpu()-start).Seconds()*1000/float64(readings))
	}
	slices.Sort(figures)
	fmt.Println(figures[len(figures)/2])
}

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
