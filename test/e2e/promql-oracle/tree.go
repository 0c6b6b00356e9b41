package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

type parsed struct {
	Tree  map[string]any `json:"tree,omitempty"`
	Error *failure       `json:"error,omitempty"`
}

func parse(text string, wanted settings) parsed {
	expr, err := parserOf(wanted).ParseExpr(text)
	if err != nil {
		return parsed{Error: failureOf(err)}
	}
	return parsed{Tree: treeOf(expr)}
}

// A node with the place that it takes in the text, in bytes. Durations are in milliseconds.
func treeOf(expr parser.Expr) map[string]any {
	node := map[string]any{}
	switch is := expr.(type) {
	case *parser.NumberLiteral:
		node["kind"], node["value"] = "number", bits(is.Val)
	case *parser.StringLiteral:
		node["kind"], node["value"] = "string", is.Val
	case *parser.VectorSelector:
		describeSelector(node, is)
	case *parser.MatrixSelector:
		describeSelector(node, is.VectorSelector.(*parser.VectorSelector))
		node["range"] = is.Range.Milliseconds()
	case *parser.SubqueryExpr:
		node["kind"], node["expr"] = "subquery", treeOf(is.Expr)
		node["range"], node["step"], node["offset"] = is.Range.Milliseconds(), is.Step.Milliseconds(), is.OriginalOffset.Milliseconds()
		node["pinned"] = pinned(is.Timestamp, is.StartOrEnd)
	case *parser.Call:
		node["kind"], node["name"], node["args"] = "call", is.Func.Name, treesOf(is.Args)
	case *parser.AggregateExpr:
		node["kind"], node["operator"], node["without"] = "aggregation", is.Op.String(), is.Without
		node["labels"], node["argument"] = texts(is.Grouping), treeOf(is.Expr)
		if is.Param != nil {
			node["parameter"] = treeOf(is.Param)
		}
	case *parser.UnaryExpr:
		node["kind"], node["operator"], node["operand"] = "unary", is.Op.String(), treeOf(is.Expr)
	case *parser.BinaryExpr:
		node["kind"], node["operator"], node["bool"] = "binary", is.Op.String(), is.ReturnBool
		node["left"], node["right"] = treeOf(is.LHS), treeOf(is.RHS)
		describeMatching(node, is.VectorMatching)
	case *parser.ParenExpr:
		node["kind"], node["inner"] = "parentheses", treeOf(is.Expr)
	default:
		node["kind"] = fmt.Sprintf("%T", expr)
	}
	span := expr.PositionRange()
	node["at"], node["end"] = int(span.Start), int(span.End)
	return node
}

// Of NaNs there are many, and nobody can tell them apart.
func bits(value float64) string {
	if math.IsNaN(value) {
		return "NaN"
	}
	return fmt.Sprintf("%016x", math.Float64bits(value))
}

func treesOf(exprs parser.Expressions) []map[string]any {
	trees := []map[string]any{}
	for _, expr := range exprs {
		trees = append(trees, treeOf(expr))
	}
	return trees
}

func describeSelector(node map[string]any, is *parser.VectorSelector) {
	node["kind"], node["offset"] = "selector", is.OriginalOffset.Milliseconds()
	matchers := []string{}
	for _, one := range is.LabelMatchers {
		matchers = append(matchers, fmt.Sprintf("%s %s %s", one.Name, one.Type, one.Value))
	}
	slices.Sort(matchers)
	node["matchers"], node["pinned"] = matchers, pinned(is.Timestamp, is.StartOrEnd)
}

// What is not said is as if `ignoring ()` were.
func describeMatching(node map[string]any, is *parser.VectorMatching) {
	if is == nil {
		is = &parser.VectorMatching{}
	}
	node["on"], node["matched"], node["include"], node["many"] = is.On, texts(is.MatchingLabels), texts(is.Include), ""
	switch is.Card {
	case parser.CardManyToOne:
		node["many"] = "left"
	case parser.CardOneToMany:
		node["many"] = "right"
	}
}

func pinned(timeMs *int64, end parser.ItemType) any {
	switch {
	case timeMs != nil:
		return *timeMs
	case end == parser.START:
		return "start"
	case end == parser.END:
		return "end"
	default:
		return nil
	}
}

func texts(given []string) []string {
	if given == nil {
		return []string{}
	}
	return given
}
