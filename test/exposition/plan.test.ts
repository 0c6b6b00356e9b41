import { describe, expect, it } from 'vitest';
import { createScanPlan, forget } from '../../src/exposition/plan.ts';
import { createScanResult } from '../../src/exposition/result.ts';
import { scan } from '../../src/exposition/scan.ts';
import { bytesOf, LIMITS, scanned } from './scanned.ts';

describe('types', () => {
  it.each([
    { name: 'a TYPE line', text: '# TYPE a gauge\na 1\n', types: ['gauge'] },
    { name: 'none', text: 'a 1\n', types: ['unknown'] },
    { name: 'HELP only', text: '# HELP a b\na 1\n', types: ['unknown'] },
    { name: 'a word that is not known', text: '# TYPE a stateset\na 1\n', types: ['unknown'] },
    { name: 'TYPE after the samples', text: 'a 1\n# TYPE a counter\n', types: ['counter'] },
    { name: 'the first of two', text: '# TYPE a counter\n# TYPE a gauge\na 1\n', types: ['counter'] },
    {
      name: 'rows of a histogram',
      text: '# TYPE x histogram\nx_bucket{le="1"} 1\nx_sum 1\nx_count 1\nx_max 1\n',
      types: ['histogram', 'histogram', 'histogram', 'unknown'],
    },
    {
      name: 'rows of a summary',
      text: '# TYPE x summary\nx_count 1\nx_sum 1\nx{quantile="0.5"} 1\nx_bucket 1\n',
      types: ['summary', 'summary', 'summary', 'unknown'],
    },
    { name: 'a family that only looks like a row', text: '# TYPE x histogram\n# TYPE x_count gauge\nx_count 1\n', types: ['gauge'] },
    { name: 'suffixes without a family', text: '# TYPE x counter\nx_sum 1\ny_count 1\n', types: ['unknown', 'unknown'] },
  ])('$name', ({ text, types }) => {
    expect(scanned(text).newLines.map(({ type }) => type)).toEqual(types);
  });
});

describe('declaredFamilies', () => {
  const triton =
    '# HELP nv_a b\n# TYPE nv_a counter\n# TYPE nv_b gauge\nnv_b 1\nother 2\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n';

  it('are those of the last text, predicted or not', () => {
    const plan = createScanPlan();
    const all = ['h', 'nv_a', 'nv_b', 'other'];
    expect(scanned(triton, { plan }).families).toEqual(all);
    expect(scanned(triton.replaceAll(' 1\n', ' 2\n'), { plan }).families).toEqual(all);
    expect(scanned('', { plan }).families).toEqual([]);
    expect(scanned('# TYPE nv_b gauge\nh_sum 1\n', { plan }).families).toEqual(['h_sum', 'nv_b']);
    expect(scanned(triton, { plan }).families).toEqual(all);
  });
});

describe('isRepeat', () => {
  const TEXT = '# TYPE a gauge\na 1\nb 2\nc 3\n';
  it.each([
    { name: 'other values', next: TEXT.replaceAll(' 1', ' 7'), repeats: true },
    { name: 'a line more at the end', next: `${TEXT}d 4\n`, repeats: false },
    { name: 'a line less at the end', next: TEXT.replace('c 3\n', ''), repeats: false },
    { name: 'a line less in the middle', next: TEXT.replace('b 2\n', ''), repeats: false },
    { name: 'another line', next: TEXT.replace('b', 'd'), repeats: false },
    { name: 'another order', next: TEXT.replace('b 2\nc 3\n', 'c 3\nb 2\n'), repeats: false },
    { name: 'no comment', next: TEXT.replace('# TYPE a gauge\n', ''), repeats: false },
    { name: 'nothing', next: '', repeats: false },
    { name: 'an unsound value', next: TEXT.replace('b 2', 'b ?'), repeats: false },
    { name: 'comments that mean nothing', next: `# EOF\n${TEXT}\n# EOF\n`, repeats: true },
  ])('$name', ({ next, repeats }) => {
    const plan = createScanPlan();
    scanned(TEXT, { plan });
    expect(plan.isRepeat).toBe(false);
    scanned(TEXT, { plan });
    expect(plan.isRepeat).toBe(true);
    scanned(next, { plan });
    expect(plan.isRepeat).toBe(repeats);
    scanned(next, { plan });
    expect(plan.isRepeat).toBe(true);
  });

  it('survives what is forgotten', () => {
    const plan = createScanPlan();
    scanned('old 1\na 1\n', { plan });
    for (let round = 0; round < 3; round++) scanned('a 1\nb 1\n', { plan });
    expect(forget(plan, 2)).toEqual([0]);
    scanned('a 1\nb 1\n', { plan });
    expect(plan.isRepeat).toBe(true);
  });
});

describe('forget', () => {
  it('gives back the ids of lines that were not seen, and reports them as new when they return', () => {
    const plan = createScanPlan();
    const into = createScanResult();
    const say = (text: string): number[] => {
      scan(bytesOf(text), { plan, limits: LIMITS, into });
      return [...into.newLineIds];
    };
    expect(say('# TYPE a gauge\na 1\nb 2\nc 3\n')).toEqual([0, 1, 2]);
    expect(say('b 2\n')).toEqual([]);
    expect(forget(plan, 2)).toEqual([]);
    expect(say('b 2\n')).toEqual([]);
    expect(forget(plan, 2).sort()).toEqual([0, 2]);
    expect(forget(plan, 1)).toEqual([]);
    expect(() => plan.line(0)).toThrow('BUG: line 0 is not known');
    expect(say('c 3\nb 2\nd 4\n').sort()).toEqual([0, 2]);
    expect(plan.line(1).labels.get('__name__')).toBe('b');
  });

  it.each([
    { name: 'what was first', text: 'a 1\nb 2\n', back: 'a 1\n' },
    { name: 'what followed another line', text: 'b 2\na 1\n', back: 'b 2\na 1\n' },
  ])('expects nothing that it forgot: $name', ({ text, back }) => {
    const plan = createScanPlan();
    scanned(text, { plan });
    for (let round = 0; round < 2; round++) scanned(text.startsWith('a') ? '' : 'b 2\n', { plan });
    expect(forget(plan, 2)).toContain(text.startsWith('a') ? 0 : 1);
    expect(scanned(back, { plan }).newLines).toHaveLength(1);
  });

  it('keeps a line that is said without a sound value', () => {
    const plan = createScanPlan();
    scanned('a 1\n', { plan });
    for (let round = 0; round < 3; round++) scanned('a ?\n', { plan });
    expect(forget(plan, 2)).toEqual([]);
  });

  it('forgets nothing that is still said in other words', () => {
    const plan = createScanPlan();
    scanned('a{l="1",m="2"} 1\n', { plan });
    scanned('a{m="2",l="1"} 1\n', { plan });
    expect(forget(plan, 1)).toEqual([]);
    expect(scanned('a{l="1",m="2"} 1\n', { plan }).newLines).toEqual([]);
  });

  it('keeps a plan small whose target says new lines each time', () => {
    const plan = createScanPlan();
    const into = createScanResult();
    let highest = 0;
    for (let round = 0; round < 200; round++) {
      const text = `# TYPE t${round} gauge\n${Array.from({ length: 10 }, (_, row) => `a{round="${round}",row="${row}"} 1\n`).join('')}`;
      scan(bytesOf(text), { plan, limits: LIMITS, into });
      expect(into.newLineIds).toHaveLength(10);
      highest = Math.max(highest, ...into.newLineIds);
      forget(plan, 3);
    }
    expect(highest).toBeLessThan(40);
    expect(plan.texts.size).toBeLessThanOrEqual(33);
    expect([...plan.families.names()]).toHaveLength(4);
  });
});
