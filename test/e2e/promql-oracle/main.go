// Answers as Prometheus does: its own parser and engine over samples that it is given.
// Each line of stdin is a question as JSON, each line of stdout its answer; answers come in the order of the questions.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// One of the first four is said.
type question struct {
	Load    []loaded `json:"load"`
	Parse   *string  `json:"parse"`
	Instant *string  `json:"instant"`
	Range   *string  `json:"range"`
	TimeMs  int64    `json:"timeMs"`
	StartMs int64    `json:"startMs"`
	EndMs   int64    `json:"endMs"`
	StepMs  int64    `json:"stepMs"`
	settings
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	engines := engines{}
	held := &store{}
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			check(out.Flush())
			return
		}
		check(err)
		var asked question
		check(json.Unmarshal(line, &asked))
		check(encoder.Encode(answerTo(asked, engines, held)))
		if in.Buffered() == 0 {
			check(out.Flush())
		}
	}
}

func answerTo(asked question, engines engines, held *store) any {
	switch {
	case asked.Parse != nil:
		return parse(*asked.Parse, asked.settings)
	case asked.Instant != nil:
		return engines.instant(asked, held)
	case asked.Range != nil:
		return engines.over(asked, held)
	default:
		held.load(asked.Load)
		return map[string]int{"loaded": len(held.series)}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
