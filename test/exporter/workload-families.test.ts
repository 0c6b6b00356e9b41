import { describe, expect, it } from 'vitest';
import { workloadFamilies } from '../../src/exporter/workload-families.ts';
import type { Inventory, ObjectRef } from '../../src/model/inventory.ts';
import { silentLog } from '../../src/model/log.ts';
import { QueryError } from '../../src/model/query-engine.ts';
import type { SignalAnswer } from '../../src/model/signal.ts';
import { absent, inventoryOf, pod, signalsOf, value } from './world.ts';

const INFO = { name: 'inference_load_skew_ratio', unit: 'ratio', help: 'How uneven.', labels: [], ofWorkloads: true };

function workload(resource: string, name: string): ObjectRef {
  return { group: 'apps', resource, namespace: 'demo', name };
}

function skew(ratio: number, isPinned: boolean): SignalAnswer {
  const answer = value(ratio);
  return answer.kind === 'value' ? { ...answer, isPinned } : answer;
}

/** Every object has two pods, but for those that `single` names. */
function inventory(objects: readonly ObjectRef[], single: readonly string[] = []): Inventory {
  return {
    ...inventoryOf([]),
    objects: ({ resource }) => objects.filter((object) => object.resource === resource),
    podsOf: ({ name }) => (name === 'gone' ? undefined : single.includes(name) ? [pod('a')] : [pod('a'), pod('b')]),
  };
}

async function families(known: Inventory, answers: Readonly<Record<string, SignalAnswer | Error>>) {
  const failed: string[] = [];
  const made = await workloadFamilies(INFO, {
    signals: {
      ...signalsOf({}),
      ofObject: async ({ object: { name } }) => {
        const answer = answers[name];
        if (answer instanceof Error) throw answer;
        return answer ?? absent('no-data');
      },
    },
    inventory: () => known,
    failures: { add: (_amount, labels) => failed.push(labels?.['signal'] ?? '') },
    log: silentLog,
  });
  const lines = made.flatMap(({ name, samples }) =>
    [...samples].map((sample) => [name, sample.labels.get('resource'), sample.labels.get('name'), sample.value].join(' ')),
  );
  return { names: made.map(({ name }) => name), lines, failed };
}

const DEPLOYMENT = workload('deployments', 'd');
const SET = workload('statefulsets', 's');

describe('families of workloads', () => {
  it('have a sample for each with several pods', async () => {
    const { lines } = await families(inventory([DEPLOYMENT, SET]), { d: skew(2, true), s: skew(1, false) });
    expect(lines).toEqual([
      'plimsoll_inference_load_skew_ratio deployments d 2',
      'plimsoll_inference_load_skew_ratio statefulsets s 1',
      'plimsoll_connections_pinned deployments d 1',
      'plimsoll_connections_pinned statefulsets s 0',
    ]);
  });

  it('leave out what is not known, and workloads with one pod or none', async () => {
    const objects = [DEPLOYMENT, SET, workload('deployments', 'gone')];
    const { lines, names } = await families(inventory(objects, ['s']), { d: absent('failed'), s: skew(1, false), gone: skew(1, false) });
    expect([lines, names]).toEqual([[], ['plimsoll_inference_load_skew_ratio', 'plimsoll_connections_pinned']]);
  });

  it('say nothing of a signal that cannot be computed, which is counted', async () => {
    const { lines, failed } = await families(inventory([DEPLOYMENT, SET]), {
      d: skew(2, true),
      s: new QueryError('over-limit', 'too much'),
    });
    expect([lines, failed]).toEqual([[], ['inference_load_skew_ratio']]);
  });

  it('hide no fault of ours', async () => {
    await expect(families(inventory([DEPLOYMENT]), { d: new Error('BUG: here') })).rejects.toThrow('BUG: here');
  });
});
