// What the log says of lists that are empty: once each time one begins, and never a flood.
import { describe, expect, it } from 'vitest';
import { EmptySelections, type Selection } from '../../src/metrics-api/empty-selections.ts';
import { createReplies } from '../../src/metrics-api/handler.ts';
import { silentLog } from '../../src/model/log.ts';
import { servicesWith } from './world.ts';

const NOTHING = 'nothing selected: the answer is an empty list, which an HPA takes for a failure';
const AGAIN = 'something selected again';

interface Watched {
  readonly empties: EmptySelections;
  readonly lines: unknown[];
  readonly clock: { now: number };
}

function watched(): Watched {
  const lines: unknown[] = [];
  const clock = { now: 0 };
  const warn = (fields: object, text: string): void => void lines.push([text, fields]);
  const info = (_: object, text: string): void => void lines.push(text);
  const empties = new EmptySelections({ clock: { nowMs: () => clock.now }, log: { ...silentLog, warn, info } });
  return { empties, lines, clock };
}

function selecting(labelSelector: string): Selection {
  return { resource: 'pods', namespace: 'demo', labelSelector };
}

const none = (): number => 0;

describe('EmptySelections', () => {
  it('tells when a selection becomes empty and when it is not any more', () => {
    const { empties, lines } = watched();
    empties.isOver(selecting('a'));
    empties.found(selecting('a'), () => 7);
    empties.found(selecting('a'), none);
    empties.isOver(selecting('b'));
    empties.isOver(selecting('a'));
    empties.isOver(selecting('a'));
    empties.found(selecting('a'), none);
    expect(lines).toEqual([
      [NOTHING, { resource: 'pods', namespace: 'demo', labelSelector: 'a', known: 7 }],
      AGAIN,
      [NOTHING, { resource: 'pods', namespace: 'demo', labelSelector: 'a', known: 0 }],
    ]);
  });

  it('tells selections apart by all that they select by', () => {
    const { empties, lines } = watched();
    empties.found({ resource: 'pods', namespace: 'a', labelSelector: 'b' }, none);
    empties.found({ resource: 'pods', namespace: 'a b', labelSelector: '' }, none);
    empties.found({ resource: 'nodes', namespace: undefined, labelSelector: '' }, none);
    expect(lines).toHaveLength(3);
  });

  it('follows a hundred at a time, and tells of no more', () => {
    const { empties, lines } = watched();
    for (let index = 0; index < 1000; index += 1) empties.found(selecting(String(index)), none);
    expect(lines).toHaveLength(100);
    empties.isOver(selecting('5'));
    empties.found(selecting('new'), none);
    expect(lines).toHaveLength(102);
  });

  it('forgets those that nobody asks for any more', () => {
    const { empties, lines, clock } = watched();
    for (let index = 0; index < 100; index += 1) empties.found(selecting(String(index)), none);
    clock.now = 300_000;
    empties.found(selecting('0'), none);
    clock.now = 600_000;
    empties.found(selecting('new'), none);
    expect(lines).toHaveLength(101);
    empties.found(selecting('0'), none);
    expect(lines).toHaveLength(101);
    empties.found(selecting('1'), none);
    expect(lines).toHaveLength(102);
  });

  it('shows no more than two hundred characters of what was asked', () => {
    const { empties, lines } = watched();
    empties.found({ resource: 'pods', namespace: 'n'.repeat(999), labelSelector: 's'.repeat(999) }, none);
    expect(lines).toEqual([[NOTHING, { resource: 'pods', namespace: 'n'.repeat(200), labelSelector: 's'.repeat(200), known: 0 }]]);
  });
});

it('is told of by requests for all objects of a kind', async () => {
  const lines: unknown[] = [];
  const warn = (fields: object): void => void lines.push(fields);
  const replies = createReplies({ ...servicesWith(), log: { ...silentLog, warn } });
  const custom = '/apis/custom.metrics.k8s.io/v1beta2';
  const ask = (target: string) =>
    replies({ method: 'GET', target: custom + target, hasBody: false, abortSignal: new AbortController().signal });
  for (let round = 0; round < 3; round += 1) {
    await ask('/namespaces/demo/pods/*/GPU_Power?labelSelector=app%3Dother');
    await ask('/namespaces/demo/pods/*/GPU_Power?labelSelector=app%3Dtriton');
    await ask('/namespaces/demo/pods/none/GPU_Power?labelSelector=app%3Dother');
    await ask('/namespaces/prod/jobs.batch/*/GPU_Power');
  }
  expect(lines).toEqual([
    { resource: 'pods', namespace: 'demo', labelSelector: 'app=other', known: 3 },
    { resource: 'jobs.batch', namespace: 'prod', labelSelector: '', known: 0 },
  ]);
});
