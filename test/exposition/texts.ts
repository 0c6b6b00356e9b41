// Expositions for properties: sound lines, odd lines and broken ones from small sets, so that they repeat.
import fc from 'fast-check';

const NAMES = ['a', 'ab', 'a:b', 'x', 'x_sum', 'x_count', 'x_bucket', '_'];
const LABELS = [
  '',
  '{}',
  '{l="1"}',
  '{ l = "1" , }',
  '{l="1",m="2"}',
  '{m="2",l="1"}',
  '{__proto__="p"}',
  '{l="a\\"}\\\\\\n"}',
  '{l="é€"}',
  '{e=""}',
];
const BROKEN = [
  '...',
  '1a 2',
  'a',
  'a{l="1"',
  'a{l="1",l="2"} 3',
  'a{...} 1',
  'a 1_000',
  'a 0x1p3',
  'a 1 2 3',
  'a 1 1.5',
  'a -nan',
  '{"a"} 1',
  '{"x.y","l.m"="1"} 2',
  '{"a","b"} 1',
  'a{l="1"} {m="2"} 1',
];
const COMMENTS = [
  '# HELP x some\\n text',
  '# TYPE x histogram',
  '#TYPE x summary',
  '# TYPE x counter',
  '# TYPE a gauge',
  '# TYPE ab nonsense',
  '#',
  '# a 1',
  '#HELP',
];

const value = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-0',
    'NaN',
    'Nan',
    '+Inf',
    '-inf',
    'Infinity',
    '40.000000',
    '16101933056.000000',
    '9223372036854775794',
    '5e-324',
    '.5',
    '5.',
  ),
  fc.double().map(String),
  fc.integer().map(String),
);
const time = fc.constantFrom('', '', ' 1700000000000', ' -5', '\t7 ');
const sampleLine = fc
  .record({
    before: fc.constantFrom('', '', ' ', '\t'),
    name: fc.constantFrom(...NAMES),
    labels: fc.constantFrom(...LABELS),
    gap: fc.constantFrom(' ', '  ', '\t'),
    value,
    time,
  })
  .map((parts) => `${parts.before}${parts.name}${parts.labels}${parts.gap}${parts.value}${parts.time}`);
const line = fc.oneof(
  { weight: 6, arbitrary: sampleLine },
  { weight: 2, arbitrary: fc.constantFrom(...COMMENTS) },
  { weight: 1, arbitrary: fc.constantFrom(...BROKEN) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\t') },
);

/** One exposition of at most 25 lines. */
export const exposition = fc
  .record({ lines: fc.array(line, { maxLength: 25 }), lineEnd: fc.constantFrom('\n', '\n', '\r\n'), closed: fc.boolean() })
  .map(({ lines, lineEnd, closed }) => lines.join(lineEnd) + (closed ? lineEnd : ''));

/** What one target may say scrape after scrape: a text, and what became of it (rows moved, dropped, said twice, values changed, cut off). */
export const scrapes = fc
  .record({
    first: exposition,
    changes: fc.array(
      fc.record({
        kind: fc.constantFrom('same', 'drop', 'swap', 'double', 'digit', 'cut', 'other'),
        at: fc.nat(),
        to: fc.nat(),
        other: exposition,
      }),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
  })
  .map(({ first, changes }) => {
    const texts = [first];
    for (const change of changes) texts.push(changed(texts.at(-1) ?? '', change));
    return texts;
  });

interface Change {
  readonly kind: string;
  readonly at: number;
  readonly to: number;
  readonly other: string;
}

function changed(text: string, { kind, at, to, other }: Change): string {
  const lines = text.split('\n');
  const from = at % lines.length;
  const moved = lines[from] ?? '';
  switch (kind) {
    case 'drop':
      return lines.toSpliced(from, 1).join('\n');
    case 'swap':
      return lines
        .toSpliced(from, 1)
        .toSpliced(to % lines.length, 0, moved)
        .join('\n');
    case 'double':
      return lines.toSpliced(to % lines.length, 0, moved).join('\n');
    case 'digit':
      return text.replaceAll('1', String(to % 10));
    case 'cut':
      return text.slice(0, at % (text.length + 1));
    case 'other':
      return other;
    default:
      return text;
  }
}
