import { expect, it } from 'vitest';
import { saidMetadata } from '../../src/exposition/metadata.ts';
import { createScanPlan } from '../../src/exposition/plan.ts';
import { createScanResult } from '../../src/exposition/result.ts';
import { scan } from '../../src/exposition/scan.ts';

const LIMITS = { lineBytes: 1000, labelsPerLine: 10, series: 100 };

it('is what the last text says of each family', () => {
  const plan = createScanPlan();
  const read = (text: string): unknown => {
    scan(new TextEncoder().encode(text), { plan, limits: LIMITS, into: createScanResult() });
    return saidMetadata(plan);
  };
  const texts = [
    '# HELP a One\\nand "two" \\\\ three.',
    '# TYPE a counter',
    '# A comment.',
    'a 1',
    '# TYPE "b.c" histogram',
    'b 2',
    '# HELP d Alone.',
  ];
  const expected = [
    { name: 'a', type: 'counter', help: 'One\nand "two" \\ three.', unit: '' },
    { name: 'b.c', type: 'histogram', help: '', unit: '' },
    { name: 'd', type: 'unknown', help: 'Alone.', unit: '' },
  ];
  for (let round = 0; round < 2; round += 1) expect(read(`${texts.join('\n')}\n`)).toEqual(expected);
  expect(read('# TYPE a gauge\n# TYPE a counter\n# HELP a First.\n# HELP a Second.\na 1\n')).toEqual([
    { name: 'a', type: 'gauge', help: 'First.', unit: '' },
  ]);
  expect(read('a 1\n')).toEqual([]);
});
