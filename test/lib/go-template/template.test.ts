import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../src/lib/go-template/functions.ts';
import { compileGoTemplate, describeTemplateError, GoTemplateError } from '../../../src/lib/go-template/template.ts';

const FIELDS: Readonly<Record<string, Value>> = {
  Series: 'queue_us',
  LabelMatchers: 'namespace="ns",pod=~"a|b"',
  LabelValuesByName: new Map([
    ['pod', 'a|b'],
    ['namespace', 'ns'],
  ]),
  GroupBy: 'pod',
  GroupBySlice: ['pod', 'model'],
  Empty: '',
  None: [],
};

const OPTIONS = { left: '<<', right: '>>', fields: Object.keys(FIELDS) };

function fill(template: string): string {
  return compileGoTemplate(template, OPTIONS).fill(FIELDS);
}

it.each([
  { name: 'text alone', template: 'sum(x)', text: 'sum(x)' },
  { name: 'nothing', template: '', text: '' },
  {
    name: 'fields',
    template: 'sum(<<.Series>>{<< .LabelMatchers >>}) by (<<.GroupBy>>)',
    text: 'sum(queue_us{namespace="ns",pod=~"a|b"}) by (pod)',
  },
  { name: 'a field of the root from within', template: '<<range .GroupBySlice>><<$.Series>>;<<end>>', text: 'queue_us;queue_us;' },
  { name: 'a map by key', template: '<<index .LabelValuesByName "namespace">>', text: 'ns' },
  { name: 'a key that is not there', template: '[<<index .LabelValuesByName "node">>]', text: '[]' },
  { name: 'a list by index', template: '<<index .GroupBySlice 1>>', text: 'model' },
  { name: 'a list by range', template: '<<range .GroupBySlice>>[<<.>>]<<end>>', text: '[pod][model]' },
  {
    name: 'a list by range with its index',
    template: '<<range $i, $label := .GroupBySlice>><<if $i>>,<<end>><<$label>><<end>>',
    text: 'pod,model',
  },
  { name: 'one variable of a range is the element', template: '<<range $label := .GroupBySlice>><<$label>> <<end>>', text: 'pod model ' },
  {
    name: 'a map by range, in the order of its keys',
    template: '<<range $k, $v := .LabelValuesByName>><<$k>>=<<$v>>;<<end>>',
    text: 'namespace=ns;pod=a|b;',
  },
  { name: 'a range over nothing', template: '<<range .None>>x<<else>>none<<end>>', text: 'none' },
  { name: 'an empty text is no truth', template: '<<if .Empty>>yes<<else>>no<<end>>', text: 'no' },
  { name: 'else if', template: '<<if .Empty>>1<<else if .Series>>2<<else>>3<<end>>', text: '2' },
  { name: 'else if that fails', template: '<<if .Empty>>1<<else if .None>>2<<else>>3<<end>>', text: '3' },
  { name: 'with', template: '<<with .GroupBy>>by (<<.>>)<<end>>', text: 'by (pod)' },
  { name: 'with nothing', template: '<<with .Empty>>x<<else>>y<<end>>', text: 'y' },
  { name: 'a variable', template: '<<$s := .Series>><<$s>>_<<$s>>', text: 'queue_us_queue_us' },
  { name: 'a variable that is set within a block', template: '<<$s := "a">><<if .Series>><<$s = "b">><<end>><<$s>>', text: 'b' },
  { name: 'a variable that a block declares is its own', template: '<<$s := "a">><<if .Series>><<$s := "b">><<end>><<$s>>', text: 'a' },
  { name: 'a pipeline', template: '<<.Series | printf "%s:%s" "a">>', text: 'a:queue_us' },
  { name: 'parentheses', template: '<<printf "%s" (index .GroupBySlice 0)>>', text: 'pod' },
  {
    name: 'printf in quotes',
    template: '<<printf "%q and %d of %v%%" .Series 2 .GroupBySlice>>',
    text: '"queue_us" and 2 of [pod model]%',
  },
  { name: 'a raw text', template: '<<printf `a\\b`>>', text: 'a\\b' },
  { name: 'print', template: '<<print "a" 1 2 "b">>', text: 'a1 2b' },
  { name: 'println', template: '<<println "a" 1>>', text: 'a 1\n' },
  { name: 'len', template: '<<len .GroupBySlice>> <<len .Series>>', text: '2 8' },
  { name: 'slice', template: '<<slice .Series 0 5>>', text: 'queue' },
  { name: 'eq with several', template: '<<if eq .GroupBy "node" "pod">>yes<<end>>', text: 'yes' },
  { name: 'ne, not, and, or', template: '<<if and (ne .GroupBy "node") (not .Empty) (or .Empty .Series)>>yes<<end>>', text: 'yes' },
  { name: 'nothing is equal to nothing alone', template: '<<eq .Series nil>> <<ne nil nil>>', text: 'false false' },
  { name: 'lt', template: '<<if lt 1 2>>yes<<end>><<if ge 1 2>>no<<end>>', text: 'yes' },
  { name: 'a comment', template: 'a<</* by >> nobody */>>b', text: 'ab' },
  { name: 'white space taken away', template: 'a  <<- .GroupBy ->>  b', text: 'apodb' },
  { name: 'white space of a comment', template: 'a \n<<- /* x */ ->> b', text: 'ab' },
  { name: 'a map as Go prints it', template: '<<.LabelValuesByName>>', text: 'map[namespace:ns pod:a|b]' },
  { name: 'a bracket of PromQL', template: 'x < 1 and x > 2', text: 'x < 1 and x > 2' },
  { name: 'a delimiter within a text', template: '<<printf ">>">>', text: '>>' },
  { name: 'truths', template: '<<true>> <<false>>', text: 'true false' },
])('$name', ({ template, text }) => {
  const compiled = compileGoTemplate(template, OPTIONS);
  expect(compiled.fill(FIELDS)).toBe(text);
  expect(compiled.fill(FIELDS)).toBe(text);
});

describe('refused when it is read', () => {
  it.each([
    ['<<.Serie>>', 'there is no field ".Serie"; did you mean .Series?, at character 3 (".Serie>>")'],
    [
      '<<.Metric>>',
      'there is no field ".Metric"; there are .Series, .LabelMatchers, .LabelValuesByName, .GroupBy, .GroupBySlice, .Empty, .None',
    ],
    ['<<$.Nope>>', 'there is no field ".Nope"'],
    ['<<.Series.Name>>', 'there is no field ".Name" here: what stands before it is a text, a list or a map'],
    ['<<range .GroupBySlice>><<.Series>><<end>>', 'there is no field ".Series" here'],
    ['<<with .GroupBy>><<.Series>><<end>>', 'there is no field ".Series" here'],
    ['<<range $l := .GroupBySlice>><<$l.Name>><<end>>', 'there is no field ".Name" here'],
    ['<<(index .GroupBySlice 0).Name>>', 'there is no field ".Name" here'],
    ['<<join .GroupBySlice ",">>', 'there is no function "join"; there are and, or, not, len, index'],
    ['<<prinf "x">>', 'there is no function "prinf"; did you mean print?'],
    ['<<$x>>', 'there is no variable "$x"; set it before with :=, at character 3'],
    ['<<$x = 1>>', 'there is no variable "$x"'],
    ['<<if .Series>><<$x := 1>><<end>><<$x>>', 'there is no variable "$x"'],
    ['<<define "x">><<end>>', 'the action "define" is not supported; write one template without it, at character 3'],
    ['<<template "x">>', 'the action "template" is not supported'],
    ['<<range .GroupBySlice>><<break>><<end>>', 'the action "break" is not supported'],
    ['<<if .Series>>x', 'the action "if" has no end; write <<end>>, at character 16'],
    ['<<if .Series>>x<<else>>y', 'the action "if" has no end'],
    ['x<<end>>', 'unexpected "end": nothing is open that it would close, at character 4'],
    ['<<else>>', 'unexpected "else"'],
    ['<<if .Series>>a<<else>>b<<else>>c<<end>>', 'the action "if" has no end'],
    ['<<.Series', 'the action is not closed; write >> behind it, at character 1'],
    ['<<>>', 'a value is missing, at character 3'],
    ['<<if>>x<<end>>', 'a value is missing'],
    ['<<.Series .GroupBy>>', 'only a function takes arguments'],
    ['<<.Series | .GroupBy>>', 'what stands behind "|" has to be a function'],
    ['<<nil>>', 'nil is no command'],
    ['<<printf "%x" 1>>', 'the verb "%x" of printf is not supported; use %s, %v, %q, %d or %t'],
    ['<<printf "\\y">>', 'an escape is not known; write it between backquotes'],
    ['<<index (.GroupBySlice 0>>', 'where ")" belongs'],
    ['<<end .Series>>', 'unexpected "end"'],
    ['<<if .Series>><<end .Series>>', 'unexpected ".Series"'],
    ['<<.Series)>>', 'unexpected ")"'],
    ['<<| .Series>>', 'unexpected "|" where a value belongs'],
    ['<<#>>', '"#>>" begins no word of a template'],
    ['<</* x */ .Series>>', 'a comment has to fill its action'],
    [`${'<<if .Series>>'.repeat(60)}`, 'more than 50 actions stand within one another'],
    [`<<print ${'('.repeat(60)}>>`, 'more than 50 parentheses stand within one another'],
  ])('%s', (template, message) => {
    expect(describedErrorOf(() => fill(template), template)).toContain(message);
  });
});

describe('refused when it is filled', () => {
  it.each([
    ['<<index .GroupBySlice 2>>', 'function "index": index 2 is out of range: there are 2'],
    ['<<index .Series 0>>', 'function "index": cannot take "0" of "queue_us"'],
    ['<<slice .Series 5 2>>', 'function "slice": cannot slice 8 from 5 to 2'],
    ['<<slice .LabelValuesByName 0 1>>', 'function "slice": cannot slice "map['],
    ['<<len 1>>', 'function "len": 1 has no length'],
    ['<<printf "%s">>', 'takes more arguments than the 0 it has'],
    ['<<printf "x" 1>>', 'takes 0 arguments, got 1'],
    ['<<printf "%d" "x">>', '%d takes a number, got "x"'],
    ['<<printf "%t" 1>>', '%t takes true or false, got "1"'],
    ['<<printf 1>>', 'its first argument has to be a text'],
    ['<<printf (print "%" "x") 1>>', '"%x" is not supported'],
    ['<<lt 1 "a">>', 'function "lt": it compares two numbers or two texts'],
    ['<<eq .Series 1>>', 'function "eq": it compares two texts, two numbers or two truths'],
    ['<<ne .GroupBySlice .GroupBySlice>>', 'it compares two texts, two numbers or two truths'],
    ['<<not 1 2>>', 'it takes 1 argument, got 2'],
    ['<<eq 1>>', 'it takes two arguments at least'],
    ['<<and>>', 'it takes an argument at least'],
    ['<<range .Series>>x<<end>>', 'cannot range over "queue_us": it is no list and no map'],
    [
      `${'<<range $.LabelValuesByName>>'.repeat(12)}${'x'.repeat(2000)}${'<<end>>'.repeat(12)}`,
      'it makes more than 4194304 characters; range over less',
    ],
  ])('%s', (template, message) => {
    expect(describedErrorOf(() => fill(template), template)).toContain(message);
  });
});

function describedErrorOf(run: () => unknown, template: string): string {
  try {
    run();
  } catch (error) {
    if (error instanceof GoTemplateError) return describeTemplateError(error, template);
    throw error;
  }
  return 'no error';
}

it('takes any text or refuses it as a template, and never in another way', () => {
  const word = fc.constantFrom(
    '<<',
    '>>',
    ' ',
    '-',
    '.Series',
    '.',
    '$x',
    ':=',
    '|',
    '(',
    ')',
    'range',
    'if',
    'end',
    'else',
    'index',
    '"a"',
    '1',
    ',',
    'x',
    '/*',
    '*/',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      const template = words.join('');
      expect(typeof describedErrorOf(() => fill(template), template)).toBe('string');
    }),
  );
});

it('writes text without an action as it stands', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('<<')),
      (text) => {
        expect(fill(text)).toBe(text);
      },
    ),
  );
});
