import { describe, expect, it, vi } from 'vitest';
import { createScanPlan } from '../../src/exposition/plan.ts';
import { createScanResult } from '../../src/exposition/result.ts';
import { scan } from '../../src/exposition/scan.ts';
import { labelsKey, labelsOf } from '../../src/model/labels.ts';
import { bytesOf, LIMITS, scanned } from './scanned.ts';

/** `name value time` of each sample; labels are left out. */
function short(text: string | Uint8Array, options: Parameters<typeof scanned>[1] = {}): string[] {
  return scanned(text, options).samples.map(({ name, value, timestampMs }) => {
    return `${name} ${value}${Number.isNaN(timestampMs) ? '' : ` ${timestampMs}`}`;
  });
}

describe('a text said twice is read alike twice', () => {
  it.each([
    { name: 'empty', text: '', samples: [] },
    { name: 'blank lines', text: '\n \n\t\r\n\na 1\n\n', samples: ['a 1'] },
    { name: 'comments', text: '# any\n#HELP a b\n#\n# TYPE a gauge\na 1\n# EOF', samples: ['a 1'] },
    { name: 'CRLF', text: '# TYPE a gauge\r\na 1\r\nb{l="v"} 2\r\n', samples: ['a 1', 'b 2'] },
    { name: 'no newline at the end', text: 'a 1\nb 2', samples: ['a 1', 'b 2'] },
    { name: 'a CR at the end', text: 'a 1\nb 2\r', samples: ['a 1', 'b 2'] },
    { name: 'time stamps', text: 'a 1 5\nb 2\n', samples: ['a 1 5', 'b 2'] },
    { name: 'not numbers', text: 'a Nan\nb +Inf\nc -inf\n', samples: ['a NaN', 'b Infinity', 'c -Infinity'] },
    {
      name: 'repeated family blocks',
      text: '# TYPE a gauge\na 1\n# TYPE b gauge\nb 2\n# TYPE a gauge\na{l="v"} 3\n',
      samples: ['a 1', 'b 2', 'a 3'],
    },
    { name: 'names that begin alike', text: 'a 1\nab 2\na1 3\na{l="v"} 4\n', samples: ['a 1', 'ab 2', 'a1 3', 'a 4'] },
    { name: 'indentation and columns', text: '  a    1\n  bc   2\n', samples: ['a 1', 'bc 2'] },
    { name: 'a bad line among good ones', text: 'a 1\n...\nb 2\n', samples: ['a 1', 'b 2'] },
  ])('$name', ({ text, samples }) => {
    const plan = createScanPlan();
    const first = scanned(text, { plan });
    const { size } = plan.texts;
    expect(short(text)).toEqual(samples);
    expect(short(text, { plan })).toEqual(samples);
    expect(scanned(text, { plan })).toEqual({ ...first, newLines: [] });
    expect(plan.texts.size).toBe(size);
  });
});

it('reads the new values of known lines', () => {
  const plan = createScanPlan();
  short('a 1\nb{l="v"} 2\n', { plan });
  expect(short('a 10.5 7\nb{l="v"} NaN\n', { plan })).toEqual(['a 10.5 7', 'b NaN']);
});

it('does not take the digits behind a shorter known name for its value', () => {
  const plan = createScanPlan();
  short('a 1\n', { plan });
  expect(short('a1 5\n', { plan })).toEqual(['a1 5']);
});

it('knows a series however it is written', () => {
  const plan = createScanPlan();
  scanned('a{l="1",m="2"} 1\n', { plan });
  for (const text of ['a{m="2",l="1"} 1\n', 'a { l="1", m="2", n="" } 1\n']) {
    expect(scanned(text, { plan })).toMatchObject({ newLines: [], samples: [{ value: 1 }] });
  }
});

it('reads bytes that lie within a larger buffer', () => {
  const buffer = bytesOf('xxa 1\nb 2\nyy');
  expect(short(buffer.subarray(2, 10))).toEqual(['a 1', 'b 2']);
});

describe('malformed lines', () => {
  it.each([
    { name: 'a series said twice', text: 'a 1\na 2\n', samples: ['a 1'], malformed: [{ lineNumber: 2, reason: 'duplicate', text: 'a 2' }] },
    {
      name: 'a series said twice in other words',
      text: 'a{l="1",m="2"} 1\n#\na{m="2",l="1"} 2\n',
      samples: ['a 1'],
      malformed: [{ lineNumber: 3, reason: 'duplicate', text: 'a{m="2",l="1"} 2' }],
    },
    {
      name: 'a known line with a bad value',
      text: 'a x\na 2\na y\n',
      samples: ['a 2'],
      malformed: [{ reason: 'bad-value' }, { lineNumber: 3, reason: 'bad-value' }],
    },
    {
      name: 'a bad time stamp',
      text: 'a 1 2.5\r\nb 1\r\n',
      samples: ['b 1'],
      malformed: [{ lineNumber: 1, reason: 'bad-timestamp', text: 'a 1 2.5\r' }],
    },
    { name: 'no exposition at all', text: '<html>\n<body>\n', samples: [], malformed: [{ reason: 'bad-name' }, { reason: 'bad-name' }] },
  ])('$name', ({ text, samples, malformed }) => {
    const plan = createScanPlan();
    for (let round = 1; round <= 3; round++) {
      expect(short(text, { plan })).toEqual(samples);
      expect(scanned(text, { plan })).toMatchObject({ malformed, malformedCount: malformed.length });
    }
  });

  it('counts all, shows the first five and cuts them', () => {
    const long = `${'é'.repeat(80)} 1`;
    const { malformed, malformedCount, byReason } = scanned(`${long}\n${'a{l} 1\n'.repeat(6)}`);
    expect(malformedCount).toBe(7);
    expect(byReason).toEqual({ 'bad-name': 1, 'bad-labels': 6 });
    expect(malformed).toHaveLength(5);
    expect(malformed[0]).toEqual({ lineNumber: 1, reason: 'bad-name', text: 'é'.repeat(50) });
  });

  it('a line that grew too long is refused, known or not, sample or comment', () => {
    const limits = { ...LIMITS, lineBytes: 12 };
    const plan = createScanPlan();
    expect(short('# TYPE a gauge\n# 90123456789\na 123456789.5\na 1\n', { plan, limits })).toEqual(['a 1']);
    expect(short('a 123456789\n', { plan, limits })).toEqual(['a 123456789']);
    expect(short('a 1234567890', { plan, limits })).toEqual(['a 1234567890']);
    expect(scanned('a 123456789.5\nb 1\n', { plan, limits })).toMatchObject({ samples: [{ value: 1 }], byReason: { 'too-long': 1 } });
  });
});

describe('limits.series', () => {
  const limits = { ...LIMITS, series: 2 };

  it('stops at one line too many, new or known', () => {
    const plan = createScanPlan();
    expect(scanned('a 1\nb 2\nc 3\nd 4\n', { plan, limits })).toMatchObject({ stoppedBy: 'series', samples: [{}, {}] });
    expect(scanned('c 3\nd 4\n', { plan, limits })).toMatchObject({ stoppedBy: undefined, samples: [{}, {}] });
    expect(scanned('a 1\nb 2\nc 3\n', { plan, limits })).toMatchObject({ stoppedBy: 'series', samples: [{}, {}] });
    expect(scanned('a 1\nb 2\n', { plan, limits })).toMatchObject({ stoppedBy: undefined, malformedCount: 0 });
  });

  it('stops at more malformed lines than that', () => {
    expect(scanned('?\n?\n?\n?\na 1\n', { limits })).toMatchObject({ stoppedBy: 'malformed', malformedCount: 3, samples: [] });
  });

  it('passes over comments beyond two for each line allowed', () => {
    const text = Array.from({ length: 9 }, (_, index) => `# TYPE m${index} gauge\n`).join('');
    expect(scanned(`${text}m8 1\n`, { limits }).families).toEqual(['m0', 'm1', 'm2', 'm3', 'm8']);
  });
});

it('grows the result for as many samples as there are', () => {
  const text = Array.from({ length: 3000 }, (_, index) => `a{i="${index}"} ${index}\n`).join('');
  const { samples } = scanned(text);
  expect(samples).toHaveLength(3000);
  expect(samples.at(-1)).toMatchObject({ key: labelsKey(labelsOf({ __name__: 'a', i: '2999' })), value: 2999 });
});

it('clears the result that it is given', () => {
  const into = createScanResult();
  scan(bytesOf('a 1\n?\nb 1\nb 2\nc 3\n'), { plan: createScanPlan(), limits: { ...LIMITS, series: 2 }, into });
  expect(into).toMatchObject({ count: 2, stoppedBy: 'series', malformed: { count: 2 } });
  scan(new Uint8Array(), { plan: createScanPlan(), limits: LIMITS, into });
  expect(into).toMatchObject({ count: 0, newLineIds: [], stoppedBy: undefined });
  expect(into.malformed).toEqual({ count: 0, byReason: new Map(), examples: [] });
});

it('looks nothing up and makes no string where a text comes as expected', () => {
  const plan = createScanPlan();
  const into = createScanResult();
  const text = '# HELP a b\n# TYPE a gauge\na{l="1"} 16101933056.000000\na{l="2"} 0.02644964394710071 1700000000000\nb Nan\n';
  const first = bytesOf(text);
  scan(first, { plan, limits: LIMITS, into });
  first.fill(0);
  const find = vi.spyOn(plan.texts, 'find');
  const decode = vi.spyOn(TextDecoder.prototype, 'decode');
  const fromCharCode = vi.spyOn(String, 'fromCharCode');
  scan(bytesOf(text.replaceAll('4', '7')), { plan, limits: LIMITS, into });
  expect(into.count).toBe(3);
  expect(find).not.toHaveBeenCalled();
  expect(decode).not.toHaveBeenCalled();
  expect(fromCharCode).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
