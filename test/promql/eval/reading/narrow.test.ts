// A join that asks less answers the same: what one pod owns among many GPUs.
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/lib/virtual-clock.ts';
import { podSetOf } from '../../../../src/model/pod.ts';
import type { QueryTrace } from '../../../../src/model/query-engine.ts';
import { createEmbeddedEngine } from '../../../../src/promql/engine.ts';
import { load } from '../../support/load.ts';

const TABLE = `
  owner{namespace="n",pod="a",uuid="1"} 1
  owner{namespace="n",pod="b",uuid="2"} 1
  owner{namespace="n",pod="c",uuid="2"} 1
  owner{namespace="n",pod="d",uuid="9"} 1
  used{uuid="1",instance="x"} 10
  used{uuid="1",instance="y"} 11
  used{uuid="2",instance="x"} 20
  used{uuid="3",instance="x"} 30
  free{uuid="2",instance="x"} 5
  free{uuid="3",instance="x"} 5
`;
const OWNED = 'owner{__pod_set__="1"} * on (uuid) group_left ()';

it.each<{ name: string; expr: string; pods: string; values: number[]; reads: number }>([
  { name: 'one pod’s own', expr: `${OWNED} max by (uuid) (used)`, pods: 'a', values: [11], reads: 3 },
  { name: 'one shared by two', expr: `${OWNED} max by (uuid) (used)`, pods: 'bc', values: [20, 20], reads: 3 },
  { name: 'one that nobody measures', expr: `${OWNED} max by (uuid) (used)`, pods: 'd', values: [], reads: 1 },
  { name: 'sums of several', expr: `${OWNED} max by (uuid) (used + free)`, pods: 'b', values: [25], reads: 3 },
  { name: 'one or the other', expr: `${OWNED} max by (uuid) (used + free or used)`, pods: 'ab', values: [11, 25], reads: 9 },
  // Brings together what differs in the label: nothing may be left out.
  {
    name: 'a share of all',
    expr: `${OWNED} max by (uuid) (used / on () group_left () sum (used))`,
    pods: 'a',
    values: [11 / 71],
    reads: 9,
  },
  { name: 'counted across', expr: `${OWNED} sum by (uuid) (used and on (instance) free)`, pods: 'a', values: [10], reads: 7 },
  { name: 'not aggregated', expr: `${OWNED} used{instance="x"}`, pods: 'a', values: [10], reads: 4 },
])('$name', async ({ expr, pods, values, reads }) => {
  const engine = createEmbeddedEngine({ source: load(1000, TABLE), clock: new VirtualClock(0) });
  const podSet = podSetOf([...pods].map((name) => ({ namespace: 'n', name })));
  for (let time = 0; time < 2; time += 1) {
    const trace: QueryTrace = { samplesRead: 0, selections: [] };
    const result = await engine.instant({ expr, timeMs: 0, podSet, trace });
    expect(result.kind === 'vector' && result.series.map(({ value }) => value)).toEqual(values);
    expect(trace.samplesRead).toBe(reads);
  }
});
