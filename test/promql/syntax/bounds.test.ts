// Text that would cost too much is refused, and why is said.
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { refusalOf } from './support/refusal.ts';

const words = (count: number, word: string): string => Array.from({ length: count }, (_, index) => `${word}${index}`).join('|');

describe('too much of it', () => {
  it.each([
    ['characters', 'a'.repeat(100_001), '1:1: the expression has 100001 characters, more than 100000; split it'],
    ['operators', `1${' + 1'.repeat(3001)}`, 'the expression has more than 3000 parts; split it'],
    ['arguments', `abs(1${',1'.repeat(3001)})`, 'the expression has more than 3000 parts; split it'],
    ['labels', `sum by (${'a,'.repeat(3001)}) (foo)`, 'the expression has more than 3000 parts; split it'],
    ['conditions', `foo{${'a="b",'.repeat(3001)}}`, 'the expression has more than 3000 parts; split it'],
    ['modifiers', `foo${' offset 0s'.repeat(3001)}`, 'the expression has more than 3000 parts; split it'],
    ['operators in a row', `1${' + 1'.repeat(301)}`, 'the expression has more than 300 parts inside one another; split it'],
    ['signs', `${'-'.repeat(301)}1`, 'the expression has more than 300 parts inside one another; split it'],
    ['powers', `${'1 ^ '.repeat(301)}1`, 'the expression has more than 300 parts inside one another; split it'],
    ['parentheses', `${'('.repeat(50_000)}1`, 'the expression has more than 300 parts inside one another; split it'],
    ['durations', `foo[${'-'.repeat(50_000)}1]`, 'the expression has more than 300 parts inside one another; split it'],
  ])('%s', (_what, text, problem) => {
    const { failure, message } = refusalOf(text);
    expect(failure).toBe('bad-expression');
    expect(message).toContain(problem);
  });

  it.each([
    ['a string without an end', `"${'a'.repeat(90_000)}`, '1:1: unterminated quoted string'],
    ['a numeral that is none', `${'1'.repeat(90_000)}x`, '1:1: bad number or duration syntax: "111'],
    ['a numeral that is too large', '1'.repeat(90_000), ': value out of range'],
    ['a hexadecimal one', `0x${'a'.repeat(90_000)}`, ': invalid syntax'],
    ['one of many underscores', `0x${'a_'.repeat(40_000)}`, '1:1: bad number or duration syntax: "0xa_'],
    ['a duration', `${'1s'.repeat(40_000)}`, '1:1: not a valid duration string: "1s1s'],
    ['names of control characters', `{"\x01"="\x02`, '1:6: unterminated quoted string'],
    [
      'a label of control characters that is no text',
      String.raw`sum by ("\x01\xff") (foo)`,
      String.raw`1:9: invalid label name for grouping: "\x01\xff"`,
    ],
  ])('%s', (_what, text, problem) => {
    expect(refusalOf(text).message).toContain(problem);
  });

  it.each([
    ['deep', `${'('.repeat(149)}1${' + 1)'.repeat(149)}`],
    ['long', `label_join(foo, "a", "b"${', "c"'.repeat(2900)})`],
    ['in bytes', `"${String.raw`\xe4\xb8\xad`.repeat(8000)}"`],
    ['after blanks', `${' \n'.repeat(49_000)}foo`],
    ['of control characters', '{"\x01"="\x02"}'],
  ])('what is %s is read up to the limit', (_what, text) => {
    expect(parseExpression(text)).toBeDefined();
  });
});

describe('regular expressions', () => {
  it.each([
    ['long', `foo{a=~"${'[ab]'.repeat(1000)}"}`],
    ['many', `foo{${'a=~"b.*c+",'.repeat(300)}}`],
    ['of large classes', `foo{a=~"${String.raw`\\pL`.repeat(200)}"}`],
    ['of words that are too many', `foo{a=~"${'(a|b)'.repeat(1000)}"}`],
  ])('are refused where they are %s', (_what, text) => {
    const problem = 'the regular expressions weigh more than 4000 characters; list words as a|b|c, or split the expression';
    expect(refusalOf(text).message).toContain(problem);
  });

  it.each([`foo{${'a=~"b{1000}",'.repeat(5)}}`, `foo{${String.raw`a=~"b\x7b1000}",c!~"d{\x31000}",`.repeat(3)}}`])(
    'may not take much memory and time: %s',
    (text) => {
      const message = '1:5: the regular expressions have more than 4 repetitions such as {2,5}; write the text out';
      expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
    },
  );

  it.each([
    ['words', `foo{a=~"${words(9000, 'pod-')}"}`],
    ['beginnings', `foo{${'a=~"b.*",'.repeat(2900)}}`],
    ['repetitions', `foo{${'a=~"b{1000}",'.repeat(4)}}`],
  ])('are many where they are %s', (_what, text) => {
    expect(parseExpression(text)).toBeDefined();
  });
});
