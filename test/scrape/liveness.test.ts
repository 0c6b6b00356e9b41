// What is kept flat says what a look at every status would say.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLive, type TargetStatus } from '../../src/model/target.ts';
import { Liveness } from '../../src/scrape/liveness.ts';
import { initialStatus } from '../../src/scrape/status.ts';
import { targetOf } from './support/targets.ts';

const change = fc.record({
  which: fc.nat(40),
  kind: fc.constantFrom('read', 'read', 'failed', 'removed'),
  atMs: fc.integer({ min: 0, max: 100_000 }),
});

it('tells when the first live target falls behind', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), fc.integer({ min: 0, max: 120_000 }), (changes, nowMs) => {
      const liveness = new Liveness();
      const known = new Map<number, { place: number; status: TargetStatus }>();
      for (const { which, kind, atMs } of changes) {
        const { place, status } = known.get(which) ?? { place: liveness.add(), status: initialStatus(targetOf(String(which))) };
        if (kind === 'removed') liveness.remove(place);
        if (kind === 'removed') known.delete(which);
        if (kind === 'removed') continue;
        const { lastError: _, ...rest } = status;
        const next: TargetStatus =
          kind === 'read' ? { ...rest, lastSuccessMs: atMs } : { ...status, lastError: { failure: 'refused', message: 'refused' } };
        known.set(which, { place, status: next });
        liveness.note(place, next);
      }
      const readable = [...known.values()]
        .map(({ status }) => status)
        .filter(({ lastError, lastSuccessMs }) => !lastError && lastSuccessMs !== undefined);
      const isOneBehind = readable.some((status) => !isLive(status, nowMs));
      expect(nowMs > liveness.firstOverdueMs).toBe(isOneBehind);
    }),
  );
});
