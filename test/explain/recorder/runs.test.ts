// Records in flat memory against an array of objects.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Runs } from '../../../src/explain/recorder/runs.ts';

it('holds what was written, however many come and go', () => {
  const steps = fc.array(
    fc.oneof(fc.record({ add: fc.integer({ min: 1, max: 2500 }) }), fc.record({ drop: fc.integer({ min: 1, max: 2500 }) })),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(steps, (script) => {
      const runs = new Runs();
      let kept: number[] = [];
      for (const step of script) {
        for (let count = 0; 'add' in step && count < step.add; count += 1) {
          const run = runs.append();
          runs.setFloat(run, 'value', run / 3);
          runs.setFloat(run, 'max', -run);
          runs.setInt(run, 'question', run);
          runs.setInt(run, 'contributing', -1 - run);
          kept.push(run);
        }
        for (let count = 0; 'drop' in step && count < step.drop; count += 1) runs.dropOldest();
        if ('drop' in step) kept = kept.slice(step.drop);
        expect(runs.count).toBe(kept.length);
      }
      expect(kept.map((run) => runs.float(run, 'value'))).toEqual(kept.map((run) => run / 3));
      expect(kept.map((run) => runs.float(run, 'max'))).toEqual(kept.map((run) => -run));
      expect(kept.map((run) => runs.int(run, 'question'))).toEqual(kept);
      expect(kept.map((run) => runs.int(run, 'contributing'))).toEqual(kept.map((run) => -1 - run));
      expect(kept[0] ?? runs.next).toBe(runs.oldest);
    }),
    { numRuns: 30 },
  );
});

it('refuses a record that is gone', () => {
  const runs = new Runs();
  runs.append();
  runs.append();
  runs.dropOldest();
  expect(() => runs.int(0, 'count')).toThrow('BUG: record 0 is not there');
  expect(() => runs.float(5000, 'value')).toThrow('BUG');
});
