import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { renderMetricsPage } from '../../src/exporter/metrics-page.ts';
import { silentLog } from '../../src/model/log.ts';
import type { TargetBook } from '../../src/model/target.ts';
import { absent, bookOf, inventoryOf, pod, signalsOf, target, value } from './world.ts';

/** Without the empty lines that stand for the empty registry. */
async function page(given: Partial<Parameters<typeof renderMetricsPage>[0]>): Promise<string> {
  const text = await renderMetricsPage({
    registry: new Registry(),
    book: bookOf([]),
    signals: signalsOf({}),
    inventory: () => inventoryOf([]),
    failures: { add: () => {} },
    log: silentLog,
    ...given,
  });
  return text.trimStart();
}

const EMPTY_TARGETS = `# HELP plimsoll_target_up Whether the last attempt to scrape the target succeeded.
# TYPE plimsoll_target_up gauge
# HELP plimsoll_target_scrape_duration_seconds How long the last attempt to scrape the target took.
# TYPE plimsoll_target_scrape_duration_seconds gauge
# HELP plimsoll_target_samples Samples that the last attempt to scrape the target brought; 0 when it failed.
# TYPE plimsoll_target_samples gauge
# HELP plimsoll_target_error_info Why the last attempt to scrape the target failed, while it does.
# TYPE plimsoll_target_error_info gauge
# HELP plimsoll_target_warning_info What people should know about the numbers of the target.
# TYPE plimsoll_target_warning_info gauge
`;
const COVERAGE = `# HELP plimsoll_signal_coverage_ratio Share of the pods that should have a value of the signal and do.
# TYPE plimsoll_signal_coverage_ratio gauge
`;

async function targetLines(book: TargetBook): Promise<string[]> {
  return (await page({ book })).split('\n').filter((line) => line.startsWith('plimsoll_target'));
}

describe('signals', () => {
  it('of workloads are gauges by workload, and no pod is asked about them', async () => {
    const signals = {
      ...signalsOf({}),
      list: () => [{ name: 'inference_load_skew_ratio', unit: 'ratio', help: 'How uneven.', labels: [], ofWorkloads: true }],
      ofPods: () => Promise.reject(new Error('no pod alone has a balance')),
    };
    const text = await page({ signals, inventory: () => inventoryOf([pod('a')]) });
    expect(text).toContain('# TYPE plimsoll_inference_load_skew_ratio gauge\n');
    expect(text).toContain('# TYPE plimsoll_connections_pinned gauge\n');
  });

  it('are gauges by pod, without the pods that have no value', async () => {
    const signals = signalsOf({
      triton_inflight_requests: { a: value(1.5), b: value(0), c: absent('failed') },
      gpu_power_watts: {},
    });
    const pods = [pod('a'), pod('b', { namespace: 'pr"od' }), pod('c')];
    expect(await page({ signals, inventory: () => inventoryOf(pods) })).toBe(`${EMPTY_TARGETS}\
# HELP plimsoll_triton_inflight_requests About triton_inflight_requests. Unit: requests.
# TYPE plimsoll_triton_inflight_requests gauge
plimsoll_triton_inflight_requests{namespace="demo",pod="a"} 1.5
plimsoll_triton_inflight_requests{namespace="pr\\"od",pod="b"} 0
# HELP plimsoll_gpu_power_watts About gpu_power_watts. Unit: requests.
# TYPE plimsoll_gpu_power_watts gauge
${COVERAGE}\
plimsoll_signal_coverage_ratio{signal="triton_inflight_requests",namespace="demo"} 0.5
plimsoll_signal_coverage_ratio{signal="triton_inflight_requests",namespace="pr\\"od"} 1
`);
  });

  it.each([
    { name: 'all there', answers: { a: value(1), b: value(2) }, ratio: '1' },
    { name: 'none of those that should be', answers: { a: absent('failed'), b: absent('stale') }, ratio: '0' },
    { name: 'idle pods were read', answers: { a: absent('undefined-ratio'), b: absent('not-finite') }, ratio: '0.5' },
    { name: 'no pod has it to give', answers: { a: absent('no-target'), b: absent('no-data') }, ratio: undefined },
    { name: 'a pod that is not ready is not missed', answers: { a: value(1), unready: absent('failed') }, ratio: '1' },
    { name: 'a pod that is not ready counts when it is read', answers: { a: absent('warming-up'), unready: value(1) }, ratio: '0.5' },
  ])('coverage: $name', async ({ answers, ratio }) => {
    const pods = [pod('a'), pod('b'), pod('unready', { ready: false })];
    const text = await page({ signals: signalsOf({ s: answers }), inventory: () => inventoryOf(pods) });
    expect(/^plimsoll_signal_coverage_ratio\{signal="s",namespace="demo"\} (.+)$/m.exec(text)?.[1]).toBe(ratio);
  });

  it('that cannot be computed cost only themselves, and are counted', async () => {
    const counted: unknown[] = [];
    const failures = { add: (amount: number, labels: unknown) => counted.push([amount, labels]) };
    const signals = signalsOf({ broken: undefined, whole: { a: value(2) } });
    const text = await page({ signals, inventory: () => inventoryOf([pod('a')]), failures });
    expect(text).not.toContain('plimsoll_broken{');
    expect(text).toContain('plimsoll_whole{namespace="demo",pod="a"} 2\n');
    expect(counted).toEqual([[1, { signal: 'broken' }]]);
  });

  it('do not hide a mistake of ours', async () => {
    const signals = { ...signalsOf({ s: {} }), ofPods: () => Promise.reject(new TypeError('oops')) };
    await expect(page({ signals })).rejects.toThrow('oops');
  });
});

describe('targets', () => {
  it('are up, down with the error in words, or not tried yet', async () => {
    const refused = { failure: 'refused', message: 'connection refused\nto "b"' } as const;
    const up = { ...target('a:8002', 'up'), lastDurationMs: 12, samples: 40 };
    const book = bookOf([up, target('b:8002', refused), target('c:8002', 'untried')]);
    expect(await targetLines(book)).toEqual([
      'plimsoll_target_up{job="triton",instance="a:8002",source="triton"} 1',
      'plimsoll_target_up{job="triton",instance="b:8002",source="triton"} 0',
      'plimsoll_target_scrape_duration_seconds{job="triton",instance="a:8002",source="triton"} 0.012',
      'plimsoll_target_samples{job="triton",instance="a:8002",source="triton"} 40',
      'plimsoll_target_samples{job="triton",instance="b:8002",source="triton"} 0',
      'plimsoll_target_error_info{job="triton",instance="b:8002",source="triton",failure="refused",error="connection refused\\nto \\"b\\""} 1',
    ]);
  });

  it('say each warning in words', async () => {
    const warnings = [{ code: 'model-kinds-unknown', message: 'which are ensembles?' }];
    expect((await targetLines(bookOf([{ ...target('a:8002', 'up'), warnings }]))).at(-1)).toBe(
      'plimsoll_target_warning_info{job="triton",instance="a:8002",source="triton",code="model-kinds-unknown",warning="which are ensembles?"} 1',
    );
  });

  it('that share their names are said once, as the one that is down', async () => {
    const timeout = { failure: 'timeout', message: 'no answer within 2.5 s' } as const;
    const book = bookOf([target('a:8002', 'up'), target('a:8002', timeout), target('a:8002', 'up')]);
    expect(await targetLines(book)).toEqual([
      'plimsoll_target_up{job="triton",instance="a:8002",source="triton"} 0',
      'plimsoll_target_samples{job="triton",instance="a:8002",source="triton"} 0',
      'plimsoll_target_error_info{job="triton",instance="a:8002",source="triton",failure="timeout",error="no answer within 2.5 s"} 1',
    ]);
  });

  it('are named by their job and URL where no label does', async () => {
    const status = target('a:8002', 'up');
    const text = await page({ book: bookOf([{ ...status, target: { ...status.target, labels: new Map() } }]) });
    expect(text).toContain('plimsoll_target_up{job="triton",instance="http://a:8002/metrics",source="triton"} 1');
  });

  it('say at most 200 characters of an error', async () => {
    const text = await page({ book: bookOf([target('a', { failure: 'failed', message: 'x'.repeat(5000) })]) });
    expect(/error="(x+)"/.exec(text)?.[1]).toHaveLength(200);
  });
});
