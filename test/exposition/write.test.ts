import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine, type Sample } from '../../src/exposition/line.ts';
import { readExposition } from '../../src/exposition/read.ts';
import { escapeHelp, escapeLabelValue, formatValue, writeFamily, writeSample } from '../../src/exposition/write.ts';
import type { MetricType } from '../../src/model/line.ts';
import { bytesOf } from './scanned.ts';

const NO_LIMITS = { lineBytes: 1e6, labelsPerLine: 100 };

it.each([
  [0, '0'],
  [-0, '-0'],
  [0.1, '0.1'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('formatValue(%d) = %s', (value, text) => {
  expect(formatValue(value)).toBe(text);
});

it('escapes', () => {
  expect(escapeLabelValue('a\\b"c\nd')).toBe('a\\\\b\\"c\\nd');
  expect(escapeHelp('a\\b"c\nd')).toBe('a\\\\b"c\\nd');
});

it('writes a family', () => {
  const row = (name: string, value: number): Sample => ({ labels: new Map([['__name__', name]]), value });
  const bucket: Sample = {
    labels: new Map([
      ['__name__', 'x_bucket'],
      ['le', '+Inf'],
    ]),
    value: 2,
    timestampMs: 5,
  };
  expect(writeFamily({ name: 'x', help: 'How\nlong.', type: 'histogram', samples: [bucket, row('x_sum', 0.5), row('x_count', 2)] })).toBe(
    '# HELP x How\\nlong.\n# TYPE x histogram\nx_bucket{le="+Inf"} 2 5\nx_sum 0.5\nx_count 2\n',
  );
  expect(writeFamily({ name: 'u', help: '', type: 'unknown', samples: [] })).toBe('# HELP u \n# TYPE u untyped\n');
});

it('quotes names that are no plain words', () => {
  const labels = new Map([
    ['__name__', 'gpu.power'],
    ['l', 'v'],
    ['l.m', 'w'],
  ]);
  expect(writeFamily({ name: 'gpu.power', help: 'Watts.', type: 'gauge', samples: [{ labels, value: 1 }] })).toBe(
    '# HELP "gpu.power" Watts.\n# TYPE "gpu.power" gauge\n{"gpu.power",l="v","l.m"="w"} 1\n',
  );
});

describe('parse(write(x)) = x', () => {
  const odd = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => name.isWellFormed());
  const labelName = fc
    .oneof(fc.stringMatching(/^[a-zA-Z_]\w{0,8}$/), fc.constantFrom('__proto__', 'constructor', 'a:b'), odd)
    .filter((name) => name !== '__name__');
  const name = fc.oneof(fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/), odd);
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => value.isWellFormed());
  const labels = fc
    .tuple(name, fc.uniqueArray(fc.tuple(labelName, text), { maxLength: 5, selector: ([key]) => key }))
    .map(([metric, pairs]) => new Map([['__name__', metric], ...pairs]));
  const sample: fc.Arbitrary<Sample> = fc.record(
    { labels, value: fc.double(), timestampMs: fc.maxSafeInteger() },
    { requiredKeys: ['labels', 'value'] },
  );

  it('for samples', () => {
    fc.assert(
      fc.property(sample, (written) => {
        expect(parseLine(bytesOf(writeSample(written)), NO_LIMITS)).toEqual(written);
      }),
    );
  });

  const type = fc.constantFrom<MetricType>('counter', 'gauge', 'histogram', 'summary', 'unknown');
  const family = fc.record({ name, help: text.map((help) => help.trimStart()), type, values: fc.array(fc.double(), { maxLength: 4 }) });

  it('for families', () => {
    fc.assert(
      fc.property(fc.uniqueArray(family, { maxLength: 4, selector: (written) => written.name }), (families) => {
        const all = families.map(({ values, ...rest }) => ({
          ...rest,
          samples: values.map((value, index) => ({
            labels: new Map([
              ['__name__', rest.name],
              ['i', String(index)],
            ]),
            value,
          })),
        }));
        expect(readExposition(all.map(writeFamily).join(''))).toEqual({ families: all, malformed: [] });
      }),
    );
  });
});
