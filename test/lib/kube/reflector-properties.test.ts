import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { ApiState, status } from './support/api-state.ts';
import { directClient } from './support/direct-client.ts';
import { agrees, CONFIG_MAPS, startReflector } from './support/reflector-rig.ts';

const name = fc.integer({ min: 0, max: 12 }).map((index) => `n${index}`);
const namespace = fc.constantFrom('a', 'b');

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('put' as const), name, namespace, data: fc.constantFrom(1, 2, 3, 'odd', 'unwanted') }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), name, namespace }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 9_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('kill' as const, 'end' as const, 'compact' as const, 'bookmark' as const, 'garbage' as const, 'expire' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('down' as const), ms: fc.integer({ min: 0, max: 70_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      kind: fc.constantFrom('list' as const, 'watch' as const),
      status: fc.constantFrom(401, 403, 404, 410, 429, 500, 504),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

it('ends in what the server has, whatever happened, and has told each change once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), fc.nat(200), async (steps, refusesOldWatches, objects) => {
      const api = new ApiState();
      api.refusesOldWatches = refusesOldWatches;
      for (let index = 0; index < objects; index += 1) api.put(CONFIG_MAPS, { name: `before-${index}`, namespace: 'a', data: index });
      const clock = new VirtualClock();
      let isDown = false;
      const rig = startReflector(
        directClient(api, () => isDown),
        clock,
      );
      for (const some of steps) {
        switch (some.do) {
          case 'put':
            api.put(CONFIG_MAPS, some);
            break;
          case 'delete':
            api.delete(CONFIG_MAPS, `${some.namespace}/${some.name}`);
            break;
          case 'wait':
            await clock.advance(some.ms);
            break;
          case 'kill':
            api.endWatches('killed');
            break;
          case 'end':
            api.endWatches('ended');
            break;
          case 'compact':
            api.compact();
            break;
          case 'bookmark':
            api.bookmark();
            break;
          case 'garbage':
            api.tellAll({ type: 'ADDED', object: [] });
            break;
          case 'expire':
            api.tellAll({ type: 'ERROR', object: status(410, 'expired').json });
            break;
          case 'down':
            isDown = true;
            api.endWatches('killed');
            await clock.advance(some.ms);
            isDown = false;
            break;
          case 'refuse':
            api.refuse(CONFIG_MAPS, some);
            break;
        }
      }
      api.allow(CONFIG_MAPS);
      await clock.advance(10_000);
      expect(agrees(rig, api)).toBe(true);
      expect(rig.reflector.state.kind).toBe('current');
      expect(api.watches).toBe(1);
      await rig.stop();
      expect(api.watches).toBe(0);
    }),
    { numRuns: 150 },
  );
});
