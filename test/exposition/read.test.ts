import fc from 'fast-check';
import parseText from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';
import { readExposition } from '../../src/exposition/read.ts';
import { labelsKey } from '../../src/model/labels.ts';
import { scanned } from './scanned.ts';
import { exposition } from './texts.ts';

it('reads families in the order of the text', () => {
  const text =
    '# HELP a Some\\nhelp.\n#TYPE b gauge\na{l="1", m="2"} 1 5\r\n# HELP a other\n?\n# TYPE h histogram\nh_sum Nan\nh_count +Inf\n# TYPE h gauge\nb -Inf\na 2\n# end';
  const named = (name: string, labels: Record<string, string> = {}) => new Map(Object.entries({ __name__: name, ...labels }));
  expect(readExposition(text)).toEqual({
    families: [
      {
        name: 'a',
        type: 'unknown',
        help: 'Some\nhelp.',
        samples: [
          { labels: named('a', { l: '1', m: '2' }), value: 1, timestampMs: 5 },
          { labels: named('a'), value: 2 },
        ],
      },
      { name: 'b', type: 'gauge', help: '', samples: [{ labels: named('b'), value: Number.NEGATIVE_INFINITY }] },
      {
        name: 'h',
        type: 'histogram',
        help: '',
        samples: [
          { labels: named('h_sum'), value: Number.NaN },
          { labels: named('h_count'), value: Number.POSITIVE_INFINITY },
        ],
      },
    ],
    malformed: [{ lineNumber: 5, reason: 'bad-name', text: '?' }],
  });
});

/** Each is why `readExposition` does not hand its document over as it is; one that fails here is repaired in the library. */
describe('known defects of parse-prometheus-text-format', () => {
  it.each([
    {
      defect: 'histograms that differ by labels only are merged',
      text: '# TYPE h histogram\nh_bucket{m="1",le="1"} 1\nh_bucket{m="2",le="1"} 2\n',
      metrics: [{ buckets: { 1: '2' } }],
    },
    {
      defect: 'consecutive rows with equal labels are merged',
      text: 'a{l="1"} 1\na{l="1"} 2\n',
      metrics: [{ labels: { l: '1' }, value: '2' }],
    },
    {
      defect: 'the last line is lost when no newline follows it',
      text: 'a{l="1"} 1\na{l="2"} 2',
      metrics: [{ labels: { l: '1' }, value: '1' }],
    },
    { defect: 'a label named __proto__ is lost', text: 'a{__proto__="p"} 1\n', metrics: [{ labels: {}, value: '1' }] },
    {
      defect: 'a quoted name keeps its quotes',
      text: 'a{b="1","b.c"="d"} 1\n',
      metrics: [{ labels: { b: '1', '"b.c"': 'd' }, value: '1' }],
    },
    { defect: 'labels that cannot be read are dropped', text: 'a{...} 1\n', metrics: [{ value: '1' }] },
    { defect: 'a value may be anything', text: 'a one\n', metrics: [{ value: 'one' }] },
  ])('$defect', ({ text, metrics }) => {
    expect(parseText(text)[0]?.metrics).toEqual(metrics);
  });

  it('a blank behind a comma costs the whole document', () => {
    expect(() => parseText('a 1\nb{l="1", m="2"} 1\n')).toThrow('invalid line');
  });
});

it('reads quoted names of labels', () => {
  const { families } = readExposition('a{b="1","b.c"="d"} 1\n');
  expect(families[0]?.samples).toEqual([{ labels: new Map(Object.entries({ __name__: 'a', b: '1', 'b.c': 'd' })), value: 1 }]);
});

it('says the same as the scanner, but for series said twice', () => {
  fc.assert(
    fc.property(exposition, (text) => {
      const { families, malformed } = readExposition(text);
      const { samples, families: declared, byReason, malformedCount } = scanned(text);
      const said = new Map<string, { value: number; timestampMs: number }>();
      for (const { labels, value, timestampMs = Number.NaN } of families.flatMap((family) => family.samples)) {
        const key = labelsKey(new Map([...labels].filter(([, label]) => label !== '')));
        if (!said.has(key)) said.set(key, { value, timestampMs });
      }
      const found = new Map(samples.map(({ key, value, timestampMs }) => [key, { value, timestampMs }]));
      expect(found).toEqual(said);
      expect(families.map(({ name }) => name).sort()).toEqual(declared);
      expect(malformed).toHaveLength(malformedCount - (byReason['duplicate'] ?? 0));
    }),
    { numRuns: 500 },
  );
});
