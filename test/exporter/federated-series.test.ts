// Which series of a federated answer are the same, and how they are written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FederatedSeries } from '../../src/exporter/federated-series.ts';
import { labelsOf } from '../../src/model/labels.ts';

interface Said {
  readonly line: Readonly<Record<string, string>>;
  readonly target?: Readonly<Record<string, string>>;
  readonly value?: number;
}

const NO_LIMIT = 1000;

function linesOf(said: readonly Said[], limit = NO_LIMIT): readonly string[] {
  const series = new FederatedSeries(limit);
  for (const { line, target = {}, value = 1 } of said) series.add({ line: labelsOf(line), target: labelsOf(target), value, timeMs: 1000 });
  return series.families().flatMap(([, lines]) => lines);
}

it('labels are in order, whoever says them, and the line’s win', () => {
  const said = { line: { __name__: 'x', b: '1', d: 'line' }, target: { a: '0', c: '2', d: 'target' } };
  expect(linesOf([said])).toEqual(['x{a="0",b="1",c="2",d="line"} 1 1000\n']);
});

it('an empty value hides the target’s label', () => {
  expect(linesOf([{ line: { __name__: 'x', a: '' }, target: { a: '0' } }])).toEqual(['x 1 1000\n']);
});

describe('of equal series the first stays', () => {
  it.each([
    { name: 'of two targets with equal labels', again: { line: { __name__: 'x', m: '1' }, target: { pod: 'a' } } },
    { name: 'where the line says what the target says', again: { line: { __name__: 'x', m: '1', pod: 'a' }, target: { pod: 'a' } } },
    { name: 'where the line alone says it', again: { line: { __name__: 'x', m: '1', pod: 'a' } } },
    { name: 'where the target alone says it', again: { line: {}, target: { __name__: 'x', m: '1', pod: 'a' } } },
  ])('$name', ({ again }) => {
    const first = { line: { __name__: 'x', m: '1' }, target: { pod: 'a' } };
    expect(linesOf([first, { ...again, value: 2 }])).toEqual(['x{m="1",pod="a"} 1 1000\n']);
  });

  it('and whatever differs is another', () => {
    const label = fc.record({ a: fc.constantFrom('', '1', '2'), b: fc.constantFrom('', '1', '2') });
    const said = fc.record({ line: label, target: label, metric: fc.constantFrom('x', 'y') });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 30 }), (all) => {
        const lines = linesOf(all.map(({ line, target, metric }) => ({ line: { ...line, __name__: metric }, target })));
        const expected = new Set(all.map(({ line, metric }) => `${metric}|${line.a}|${line.b}`));
        expect(new Set(lines).size).toBe(lines.length);
        expect(lines).toHaveLength(expected.size);
      }),
    );
  });
});

it('one series more than the limit is refused, one that is there already is not', () => {
  const [one, other] = [{ line: { __name__: 'x' } }, { line: { __name__: 'y' } }];
  expect(linesOf([one, one], 1)).toHaveLength(1);
  expect(() => linesOf([one, other], 1)).toThrow('cannot federate more than 1 series in one answer; narrow match[]');
});
