import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/exposition/line.ts';
import { bytesOf, LIMITS } from './scanned.ts';

const parse = (line: string | Uint8Array) => parseLine(typeof line === 'string' ? bytesOf(line) : line, LIMITS);

const SOUND: { line: string; labels: Record<string, string>; value: number }[] = [
  { line: 'a 1', labels: { __name__: 'a' }, value: 1 },
  { line: ' \ta\t 1 \t', labels: { __name__: 'a' }, value: 1 },
  { line: 'a{} 1', labels: { __name__: 'a' }, value: 1 },
  { line: 'a{ } 1', labels: { __name__: 'a' }, value: 1 },
  { line: 'a{l="v"}1', labels: { __name__: 'a', l: 'v' }, value: 1 },
  { line: ':b_2 {l="v",} +Inf', labels: { __name__: ':b_2', l: 'v' }, value: Number.POSITIVE_INFINITY },
  { line: 'a{ l = "v" , m\t=\t"w" , } Nan', labels: { __name__: 'a', l: 'v', m: 'w' }, value: Number.NaN },
  { line: 'a{l="x\\\\y\\"}\\n{"} 1', labels: { __name__: 'a', l: 'x\\y"}\n{' }, value: 1 },
  { line: 'a{l="C:\\dir"} 1', labels: { __name__: 'a', l: 'C:\\dir' }, value: 1 },
  { line: 'a{l="\\\\n"} 1', labels: { __name__: 'a', l: '\\n' }, value: 1 },
  { line: 'a{l=""} 1', labels: { __name__: 'a', l: '' }, value: 1 },
  { line: 'a{l="é€😀\u2028"} 1', labels: { __name__: 'a', l: 'é€😀\u2028' }, value: 1 },
  { line: 'a{toString="x"} 1', labels: { __name__: 'a', toString: 'x' }, value: 1 },
  { line: '{"gpu.power"} 1', labels: { __name__: 'gpu.power' }, value: 1 },
  { line: '{ "gpu.power" , l="v", }1', labels: { __name__: 'gpu.power', l: 'v' }, value: 1 },
  { line: '{l="v","gpu.power"} 1', labels: { __name__: 'gpu.power', l: 'v' }, value: 1 },
  { line: '{"a","l.m"="v","n"="w"} 1', labels: { __name__: 'a', 'l.m': 'v', n: 'w' }, value: 1 },
  { line: 'a{"l.m" = "v"} 1', labels: { __name__: 'a', 'l.m': 'v' }, value: 1 },
  { line: '{"é \\"}\\n\\\\"} 1', labels: { __name__: 'é "}\n\\' }, value: 1 },
];

describe('parseLine', () => {
  it.each(SOUND)('reads $line', ({ line, labels, value }) => {
    expect(parse(line)).toEqual({ labels: new Map(Object.entries(labels)), value });
  });

  it('keeps a label named __proto__', () => {
    expect(parse('a{__proto__="p"} 1')).toEqual({
      labels: new Map([
        ['__name__', 'a'],
        ['__proto__', 'p'],
      ]),
      value: 1,
    });
  });

  it.each([
    ['a 1 1700000000000', 1.7e12],
    ['a 1\t-5 ', -5],
  ])('reads the time of %j', (line, timestampMs) => {
    expect(parse(line)).toEqual({ labels: new Map([['__name__', 'a']]), value: 1, timestampMs });
  });

  it.each([
    ['', 'bad-name'],
    ['1a 1', 'bad-name'],
    ['a-b 1', 'bad-name'],
    ['{l="v"} 1', 'bad-name'],
    ['...', 'bad-name'],
    ['{} 1', 'bad-name'],
    ['{""} 1', 'bad-name'],
    ['{"a.b', 'bad-name'],
    ['{"a" l="v"} 1', 'bad-name'],
    ['{"a":1}', 'bad-name'],
    ['a.b 1', 'bad-name'],
    ['\ufeffa 1', 'bad-name'],
    ['a{l="v" 1', 'bad-labels'],
    ['a{l="v', 'bad-labels'],
    ['a{l=v} 1', 'bad-labels'],
    ['a{l} 1', 'bad-labels'],
    ['a{l="v" m="w"} 1', 'bad-labels'],
    ['a{,} 1', 'bad-labels'],
    ['a{l="v",,} 1', 'bad-labels'],
    ['a{l="v",\u00a0} 1', 'bad-labels'],
    ['a{l:m="v"} 1', 'bad-labels'],
    ['a{gpu="0",...} 1', 'bad-labels'],
    ['a{__name__="b"} 1', 'bad-labels'],
    ['{"a","__name__"="b"} 1', 'bad-labels'],
    ['{"a","b"} 1', 'bad-labels'],
    ['a{"b"} 1', 'bad-labels'],
    ['a{""="v"} 1', 'bad-labels'],
    ['{"a",l="v" m="w"} 1', 'bad-labels'],
    ['a{l="1",m="2",l="3"} 1', 'duplicate-label'],
    ['a{l="1","l"="2"} 1', 'duplicate-label'],
    ['a', 'bad-value'],
    ['a ', 'bad-value'],
    ['a{l="v"}', 'bad-value'],
    ['a b', 'bad-value'],
    ['a 1_000', 'bad-value'],
    ['a 0x10', 'bad-value'],
    ['a 1e999', 'bad-value'],
    ['a 1,5', 'bad-value'],
    ['a 1\rb', 'bad-value'],
    ['a{l="v"} {m="w"} 1', 'bad-value'],
    ['a 1 x', 'bad-timestamp'],
    ['a 1 1.5', 'bad-timestamp'],
    ['a 1 1e3', 'bad-timestamp'],
    ['a 1 2 3', 'bad-timestamp'],
    ['a 1 99999999999999999999', 'bad-timestamp'],
  ])('says of %j: %s', (line, reason) => {
    expect(parse(line)).toBe(reason);
  });

  it('refuses what is not UTF-8', () => {
    expect(parse(Uint8Array.from([...bytesOf('a{l="'), 0xff, ...bytesOf('"} 1')]))).toBe('not-utf8');
  });

  it('knows its limits', () => {
    const limits = { lineBytes: 19, labelsPerLine: 2 };
    expect(parseLine(bytesOf('a{l="1",m="2"} 3.14'), limits)).toMatchObject({ value: 3.14 });
    expect(parseLine(bytesOf('a{l="1",m="2"} 3.141'), limits)).toBe('too-long');
    expect(parseLine(bytesOf('a{l="",m="",n=""} 1'), limits)).toBe('too-many-labels');
  });

  it('reads a label of many megabytes', () => {
    const line = bytesOf(`a{l="${'\\"x'.repeat(2_000_000)}"} 1`);
    expect(parseLine(line, { lineBytes: line.length, labelsPerLine: 1 })).toMatchObject({ value: 1 });
  });
});
