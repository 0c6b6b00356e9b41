import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/model/pod.ts';
import type { Gap } from '../../src/model/read-times.ts';
import type { TargetStatus } from '../../src/model/target.ts';
import { type Evidence, outcomeOf } from '../../src/signals/outcome.ts';
import type { Reading } from '../../src/signals/readings.ts';
import { TargetViews } from '../../src/signals/target-view.ts';
import { bookOf, failed, NOW_MS, pod, rowNamed, status, unread } from './support.ts';

const READING: Reading = { device: 'demo/a', value: 2, per: 1, newestMs: NOW_MS - 1000 };
const START_MS = NOW_MS - 300_000;

interface Case {
  readonly signal?: string;
  readonly pod?: Pod;
  readonly targets: readonly TargetStatus[];
  readonly readings?: readonly Reading[];
  readonly devices?: readonly string[];
  readonly ambiguity?: string;
  readonly isSelective?: boolean;
}

function judge({
  signal = 'triton_inflight_requests',
  pod: one = pod('a'),
  targets,
  readings,
  devices,
  ambiguity,
  isSelective = false,
}: Case): string {
  const row = rowNamed(signal);
  const evidence: Evidence = {
    row,
    view: new TargetViews(bookOf(targets)).at(NOW_MS),
    atMs: NOW_MS,
    windowMs: 60_000,
    startedMs: START_MS,
    metricSelector: isSelective ? [{ key: 'model', operator: 'Exists', values: [] }] : [],
  };
  const said = { readings, devices: devices && new Set(devices), ambiguity };
  const outcome = outcomeOf(one, said, evidence);
  if (outcome.kind === 'read') return 'read';
  return `${outcome.absent.reason}${outcome.expected ? ' expected' : ''}: ${outcome.absent.detail}`;
}

const OWN = status('t', { pod: 'a' });
const NEW_POD = pod('a', { readySinceMs: NOW_MS - 10_000 });

function firstReadAgo(ms: number, rest: Partial<TargetStatus> = {}): TargetStatus {
  return status('t', { pod: 'a', firstSuccessMs: NOW_MS - ms, ...rest });
}

describe('a pod with servers of its own', () => {
  it.each<Case & { name: string; outcome: string }>([
    { name: 'is read', targets: [OWN], readings: [READING], outcome: 'read' },
    {
      name: 'has no target',
      targets: [status('t', { pod: 'b' }), status('u')],
      outcome:
        'no-target: no target of source triton belongs to pod demo/a; add its triton target to scrape_configs with the labels namespace and pod',
    },
    {
      name: 'has a target of another source only',
      targets: [status('t', { pod: 'a', source: 'dcgm' })],
      outcome: 'no-target: no target of source triton',
    },
    {
      name: 'is not scraped yet, though ready for long',
      targets: [unread(OWN)],
      outcome: 'no-data expected: t:8002 is not scraped yet; it is read every 5 s: ask again then',
    },
    { name: 'is new and not scraped yet', pod: NEW_POD, targets: [unread(OWN)], outcome: 'no-data: t:8002 is not scraped yet' },
    {
      name: 'failed its last scrape',
      targets: [failed(OWN)],
      readings: [READING],
      outcome: 'failed expected: last scrape of t:8002 failed 12 s ago: connection refused; is the server up?',
    },
    {
      name: 'is new and was never read',
      pod: NEW_POD,
      targets: [{ ...unread(OWN), lastError: { failure: 'refused', message: 'refused' } }],
      outcome: 'failed: last scrape of t:8002 failed 0 s ago: refused',
    },
    {
      name: 'is new and failed after it was read',
      pod: NEW_POD,
      targets: [{ ...failed(OWN), lastSuccessMs: NOW_MS - 6000 }],
      outcome: 'failed expected: last scrape',
    },
    { name: 'is not ready and failed', pod: pod('a', { ready: false }), targets: [failed(OWN)], outcome: 'failed: last scrape' },
    { name: 'is not ready and is read', pod: pod('a', { ready: false }), targets: [OWN], readings: [READING], outcome: 'read' },
    {
      name: 'is overdue',
      targets: [{ ...OWN, lastSuccessMs: NOW_MS - 31_000 }],
      readings: [READING],
      outcome: 'stale expected: last scrape of t:8002 ended 31 s ago, though it is due every 5 s; see whether Plimsoll is short of CPU',
    },
    {
      name: 'has a dead second server',
      targets: [OWN, failed(status('u', { pod: 'a' }))],
      readings: [READING],
      outcome: 'failed expected: last scrape of u:8002',
    },
    {
      name: 'does not say the series',
      targets: [OWN],
      outcome: 'no-data expected: series missing: triton_inflight_requests needs nv_inference_pending_request_count of a leaf model',
    },
    { name: 'is new and does not say the series yet', pod: NEW_POD, targets: [OWN], outcome: 'no-data: series missing' },
    { name: 'does not serve the model asked about', targets: [OWN], isSelective: true, outcome: 'no-data: series missing' },
    {
      name: 'says NaN',
      targets: [OWN],
      readings: [{ ...READING, value: Number.NaN }],
      outcome:
        'not-finite expected: triton_inflight_requests comes out as NaN, which no autoscaler can follow; see what the target says with plimsoll inspect',
    },
    {
      name: 'has an infinite denominator',
      targets: [OWN],
      readings: [{ ...READING, per: Number.POSITIVE_INFINITY }],
      outcome: 'not-finite expected',
    },
    {
      name: 'has no known time of readiness',
      pod: { namespace: 'demo', name: 'a', labels: new Map(), ready: true },
      targets: [failed(OWN)],
      outcome: 'failed expected',
    },
  ])('$name', ({ outcome, ...rest }) => {
    expect(judge(rest).slice(0, outcome.length)).toBe(outcome);
  });
});

describe('warming up', () => {
  it.each<Case & { name: string; outcome: string }>([
    {
      name: 'after Plimsoll’s start',
      targets: [firstReadAgo(23_400)],
      outcome: 'warming-up expected: warming up: 23 of 60 s read from t:8002; ask again in 32 s',
    },
    {
      name: 'until one interval short of the window',
      targets: [firstReadAgo(54_999)],
      outcome: 'warming-up expected: warming up: 54 of 60 s',
    },
    { name: 'then no more', targets: [firstReadAgo(55_000)], outcome: 'read' },
    { name: 'not for the live gauge', signal: 'triton_pending_requests', targets: [firstReadAgo(1000)], outcome: 'read' },
    { name: 'not when it was seen to start', targets: [firstReadAgo(6000, { startedUnderObservation: true })], outcome: 'read' },
    {
      name: 'not for a pod younger than Plimsoll',
      pod: pod('a', { startedMs: START_MS + 1 }),
      targets: [firstReadAgo(6000)],
      outcome: 'read',
    },
    {
      name: 'for a pod older than Plimsoll',
      pod: pod('a', { startedMs: START_MS - 1 }),
      targets: [firstReadAgo(6000)],
      outcome: 'warming-up expected',
    },
  ])('$name', ({ outcome, ...rest }) => {
    expect(judge({ ...rest, readings: [READING] }).slice(0, outcome.length)).toBe(outcome);
  });
});

describe('after a gap', () => {
  /** A gap of 40 s that ended so long ago. */
  const readAgainAgo = (ms: number, gap: Partial<Gap> = {}): TargetStatus => {
    const scrapes = { everyMs: 5000, lastMs: NOW_MS - 1000, gaps: [{ fromMs: NOW_MS - ms - 40_000, toMs: NOW_MS - ms, ...gap }] };
    return status('t', { pod: 'a', scrapes });
  };
  const statistics = { everyMs: 15_000, lastMs: NOW_MS - 1000, gaps: [{ fromMs: NOW_MS - 70_000, toMs: NOW_MS - 25_000 }] };

  it.each<Case & { name: string; outcome: string }>([
    { name: 'is read while a sample of before is in the window', targets: [readAgainAgo(19_999)], outcome: 'read' },
    {
      name: 'is not once there is none',
      targets: [readAgainAgo(20_000)],
      outcome:
        'warming-up expected: warming up: scrapes of t:8002 were missed from 00:15:40 to 00:16:20 UTC: 20 of 60 s are known; ask again in 35 s',
    },
    {
      name: 'is not until the gap is nearly out of it',
      targets: [readAgainAgo(54_499)],
      outcome: 'warming-up expected: warming up: scrapes',
    },
    { name: 'is read then', targets: [readAgainAgo(54_500)], outcome: 'read' },
    { name: 'is read after a short one', targets: [readAgainAgo(50_000, { fromMs: NOW_MS - 61_500 })], outcome: 'read' },
    { name: 'is not after a longer one', targets: [readAgainAgo(50_000, { fromMs: NOW_MS - 61_501 })], outcome: 'warming-up expected' },
    { name: 'has gauges all the time', signal: 'triton_pending_requests', targets: [readAgainAgo(20_000)], outcome: 'read' },
    {
      name: 'is not while what was lost in it should be in the window',
      targets: [readAgainAgo(5_000, { lostUntilMs: NOW_MS - 5_000 })],
      outcome:
        'warming-up expected: warming up: scrapes of t:8002 were missed from 00:15:55 to 00:16:35 UTC, in which it began to count anew, and what it had counted is lost: 5 of 60 s are known; ask again in 50 s',
    },
    {
      name: 'is not until that is out of it',
      targets: [readAgainAgo(24_499, { fromMs: NOW_MS - 80_000, lostUntilMs: NOW_MS - 54_499 })],
      outcome: 'warming-up expected: warming up: scrapes',
    },
    {
      name: 'is read then too',
      targets: [readAgainAgo(24_500, { fromMs: NOW_MS - 80_000, lostUntilMs: NOW_MS - 54_500 })],
      outcome: 'read',
    },
    { name: 'is read where little was lost', targets: [readAgainAgo(5_000, { lostUntilMs: NOW_MS - 40_000 })], outcome: 'read' },
    {
      name: 'of statistics has no rates of them',
      signal: 'triton_busy_instances_ratio',
      targets: [status('t', { pod: 'a', statistics })],
      outcome:
        'warming-up expected: warming up: statistics of t:8002 were missed from 00:15:30 to 00:16:15 UTC: 25 of 60 s are known; ask again in 20 s',
    },
    { name: 'of statistics has the other rates', targets: [status('t', { pod: 'a', statistics })], outcome: 'read' },
    { name: 'of scrapes has rates of statistics', signal: 'triton_busy_instances_ratio', targets: [readAgainAgo(20_000)], outcome: 'read' },
    { name: 'that its first server had', targets: [readAgainAgo(20_000), status('u', { pod: 'a' })], outcome: 'warming-up expected' },
  ])('$name', ({ outcome, ...rest }) => {
    expect(judge({ ...rest, readings: [READING] }).slice(0, outcome.length)).toBe(outcome);
  });
});

describe('a pod that was never ready', () => {
  const starting = pod('a', { ready: false, starting: true });

  it.each<Case & { name: string }>([
    { name: 'is read', targets: [OWN], readings: [READING] },
    { name: 'does not answer', targets: [failed(OWN)] },
    { name: 'is not scraped yet', targets: [unread(OWN)] },
    { name: 'has no target', targets: [] },
    { name: 'has GPUs', signal: 'gpu_power_watts', targets: [status('x', { source: 'dcgm' })], devices: ['g'], readings: [READING] },
    { name: 'may have a GPU at a dead exporter', signal: 'gpu_power_watts', targets: [failed(status('x', { source: 'dcgm' }))] },
  ])('is left out though nobody misses it: it $name', (one) => {
    expect(judge({ ...one, pod: starting })).toBe(
      'not-ready: pod demo/a starts: it was never ready, so it has no load yet; see its readiness probe',
    );
  });
});

describe('a pod with GPUs', () => {
  const exporter = status('x', { source: 'dcgm', node: 'n1' });
  const down = failed(exporter);
  const onNode = (node: string): Pod => pod('a', { node });
  const missing =
    'no-data expected: series missing: gpu_power_watts needs a power field for each of the pod’s GPUs (virtual GPUs have none)';

  it.each<Case & { name: string; outcome: string }>([
    { name: 'is read', targets: [exporter], devices: ['g'], readings: [READING], outcome: 'read' },
    { name: 'lacks the reading of one GPU', targets: [exporter], devices: ['g', 'h'], readings: [READING], outcome: missing },
    { name: 'lacks all readings', targets: [exporter], devices: ['g'], outcome: missing },
    {
      name: 'says infinity',
      targets: [exporter],
      devices: ['g'],
      readings: [{ ...READING, value: Number.NEGATIVE_INFINITY }],
      outcome: 'not-finite expected',
    },
    { name: 'has no exporter', targets: [OWN], outcome: 'no-target: no target of source dcgm belongs to pod demo/a' },
    {
      name: 'owns none',
      targets: [exporter],
      outcome:
        'no-data: no GPU is known to belong to it: no exporter names it as owner, and its Triton names no GPU; run DCGM exporter on its node with DCGM_EXPORTER_KUBERNETES=true',
    },
    {
      name: 'may hold one that another pod may hold too',
      targets: [exporter],
      ambiguity: '2 pods',
      outcome: 'ambiguous expected: cannot tell its GPU: 2 pods',
    },
    {
      name: 'had its GPU from its own server, which is dead',
      targets: [exporter, failed(OWN)],
      outcome: 'failed expected: last scrape of t:8002',
    },
    { name: 'may own one at a dead exporter', targets: [down], outcome: 'failed expected: last scrape of x:8002 failed' },
    { name: 'has a dead exporter on its node', pod: onNode('n1'), targets: [down], outcome: 'failed expected' },
    { name: 'has a dead exporter on another node', pod: onNode('n2'), targets: [down], outcome: 'no-data: no GPU' },
    {
      name: 'has a dead exporter somewhere',
      pod: onNode('n2'),
      targets: [failed(status('y', { source: 'dcgm' }))],
      outcome: 'failed expected',
    },
    { name: 'is not ready', pod: pod('a', { ready: false }), targets: [down], outcome: 'failed: last scrape' },
  ])('$name', ({ outcome, ...rest }) => {
    expect(judge({ signal: 'gpu_power_watts', ...rest }).slice(0, outcome.length)).toBe(outcome);
  });
});

describe('a pod of a kubelet', () => {
  const kubelet = status('k', { source: 'kubelet', node: 'n1' });
  const onNode = (rest: Partial<Pod> = {}): Pod => pod('a', { node: 'n1', ...rest });
  const old = { ...kubelet, warnings: [{ code: 'old-samples', message: 'it says old samples' }] };

  it.each<Case & { name: string; outcome: string }>([
    { name: 'is read', targets: [kubelet], readings: [READING], outcome: 'read' },
    {
      name: 'has no kubelet on its node',
      pod: pod('a', { node: 'n2' }),
      targets: [kubelet],
      readings: [READING],
      outcome:
        'no-target: pod demo/a runs on node n2, and no target of source kubelet has that label node; add the kubelet of its node to scrape_configs with source: kubelet and the label node',
    },
    { name: 'is on no known node', pod: pod('a'), targets: [kubelet], outcome: 'no-target: the node of pod demo/a is not known' },
    { name: 'has a dead kubelet', targets: [failed(kubelet)], readings: [READING], outcome: 'failed expected: last scrape of k:8002' },
    { name: 'is not ready and has a dead kubelet', pod: onNode({ ready: false }), targets: [failed(kubelet)], outcome: 'failed: last' },
    { name: 'has a dead Triton', targets: [kubelet, failed(OWN)], readings: [READING], outcome: 'read' },
    {
      name: 'is not said',
      targets: [kubelet],
      outcome: 'no-data expected: series missing: pod_cpu_cores needs two samples of the pod’s processor time',
    },
    {
      name: 'is not said, and not ready for three of the longest pauses',
      pod: onNode({ readySinceMs: NOW_MS - 92_000 }),
      targets: [kubelet],
      outcome: 'no-data: series missing',
    },
    {
      name: 'is not said, and ready for longer',
      pod: onNode({ readySinceMs: NOW_MS - 93_000 }),
      targets: [kubelet],
      outcome: 'no-data expected: series missing',
    },
    {
      name: 'is not said by a kubelet that hangs',
      targets: [old],
      outcome: 'stale expected: pod_cpu_cores is not known: it says old samples',
    },
    { name: 'is said by a kubelet that hangs elsewhere', targets: [old], readings: [READING], outcome: 'read' },
    {
      name: 'was sampled once since Plimsoll started',
      targets: [{ ...kubelet, firstSuccessMs: NOW_MS - 12_500 }],
      outcome: 'warming-up expected: warming up: 12 of 60 s read from k:8002; ask again in 48 s',
    },
    {
      name: 'was sampled twice since Plimsoll started',
      targets: [{ ...kubelet, firstSuccessMs: NOW_MS - 12_500 }],
      readings: [READING],
      outcome: 'read',
    },
    {
      name: 'has no second sample in two of the longest pauses',
      targets: [{ ...kubelet, firstSuccessMs: NOW_MS - 60_000 }],
      outcome: 'no-data expected: series missing',
    },
    {
      name: 'has no working set when it is first read',
      signal: 'pod_memory_working_set_bytes',
      targets: [{ ...kubelet, firstSuccessMs: NOW_MS - 1000 }],
      outcome: 'no-data expected: series missing: pod_memory_working_set_bytes needs the pod’s working set',
    },
    {
      name: 'is on a node of unknown size',
      signal: 'node_cpu_utilization_ratio',
      targets: [{ ...old, warnings: [...old.warnings, { code: 'cores-unknown', message: 'nobody says the cores' }] }],
      outcome: 'no-data expected: node_cpu_utilization_ratio is not known: nobody says the cores',
    },
  ])('$name', ({ outcome, ...rest }) => {
    expect(judge({ signal: 'pod_cpu_cores', pod: onNode(), ...rest }).slice(0, outcome.length)).toBe(outcome);
  });
});
