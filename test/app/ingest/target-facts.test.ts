// Facts of one Triton while its lines and its API's answers come and go, on a writer that only remembers.
import { expect, it } from 'vitest';
import { PendingLeaks } from '../../../src/app/ingest/pending-leaks.ts';
import { TargetFacts } from '../../../src/app/ingest/target-facts.ts';
import { STANDSTILL_MS } from '../../../src/facts/pending-leak.ts';
import { type DescribeResult, PATIENCE } from '../../../src/model/description.ts';
import type { Line } from '../../../src/model/line.ts';
import type { TargetWriter } from '../../../src/store/target-writer.ts';
import { lineOf, targetOf } from '../../sources/support.ts';

function rig({ asksApi = true, room = 100 }: { asksApi?: boolean; room?: number } = {}) {
  const rows: string[] = [];
  const written: string[] = [];
  const row: TargetWriter['row'] = (labels) => {
    const name = [...labels.values()].join(' ');
    if (!rows.includes(name)) rows.push(name);
    return rows.length > room ? undefined : rows.indexOf(name);
  };
  const put = (id: number, value: number): void => void written.push(`${rows[id]} ${value}`);
  const writer: TargetWriter = {
    row,
    miss: (timeMs) => timeMs,
    begin: (timeMs) => timeMs,
    before: () => Number.NaN,
    put,
    end: (id, timeMs) => void written.push(`${rows[id]} ends @${timeMs}`),
    putStamped: (id, timeMs, value) => void written.push(`${rows[id]} ${value} @${timeMs}`),
    rowCount: 0,
    close: () => {},
  };
  return {
    facts: new TargetFacts({ target: targetOf('triton'), writer, models: () => ({}), asksApi }),
    written,
    rowOf: (name: string) => rows.indexOf(name),
    take: () => written.splice(0),
  };
}

const lines = (...models: readonly string[]): Line[] =>
  models.flatMap((model) =>
    ['pending_request_count', 'request_duration_us'].map((family) => lineOf(`nv_inference_${family}`, { model, version: '1' })),
  );

function described(...models: readonly string[]): DescribeResult {
  const common = { version: '1', kind: 'leaf', decoupled: false, batching: false, sequence: false, maxBatchSize: 0, steps: [] } as const;
  return {
    kind: 'described',
    description: { serverReady: true, models: models.map((name) => ({ ...common, name, instances: 2 })), undescribed: [] },
    statistics: models.map((model) => ({ model, version: '1', busySeconds: 7 })),
  };
}

const failed: DescribeResult = { kind: 'failed', error: { failure: 'refused', message: 'refused' } };
const OPEN = { sentMs: 5, isOpen: true };
const nothing = (): [] => [];

it('holds its first facts back until the API has answered, and writes them into the open slot', () => {
  const { facts, take } = rig();
  expect(facts.renew(lines('m'))).toBe(true);
  facts.write(0, nothing);
  expect([take(), facts.warnings]).toEqual([[], []]);
  facts.describe(described('m'), OPEN);
  const written = take();
  expect(written).toContain('triton_instance_busy_seconds_total m 1 7 @5');
  expect(written).toContain('triton_model_instances m 1 2');
  facts.describe(described('m'), { ...OPEN, sentMs: 20 });
  expect(take()).toEqual(['triton_instance_busy_seconds_total m 1 7 @20']);
});

it.each<{ name: string; stop: (facts: TargetFacts) => void }>([
  { name: 'the API falls silent', stop: (facts) => facts.describe(failed, { ...OPEN, sentMs: 20 }) },
  { name: 'the server cannot be read', stop: (facts) => facts.miss(20) },
  { name: 'the API tells no statistics of it', stop: (facts) => facts.describe(described('n'), { ...OPEN, sentMs: 20 }) },
])('ends what is told of busy instances when $name, once', ({ stop }) => {
  const { facts, take } = rig();
  facts.renew(lines('m'));
  facts.describe(described('m'), OPEN);
  take();
  stop(facts);
  expect(take()).toContain('triton_instance_busy_seconds_total m 1 ends @20');
  facts.describe(failed, { ...OPEN, sentMs: 30 });
  expect(take().filter((line) => line.includes(' m 1 ends'))).toEqual([]);
});

it('does not end a row that was freed meanwhile: it may be another', () => {
  const { facts, rowOf, take } = rig();
  facts.renew(lines('m'));
  facts.describe(described('m'), OPEN);
  take();
  facts.forget(new Set([rowOf('triton_instance_busy_seconds_total m 1')]));
  facts.describe(failed, OPEN);
  expect(take()).toEqual([]);
});

it.each([
  { name: 'the last attempt failed', about: { sentMs: 5, isOpen: false }, asksApi: true },
  { name: 'nothing was held back', about: OPEN, asksApi: false },
])('writes no fact between scrapes when $name', ({ about, asksApi }) => {
  const { facts, take } = rig({ asksApi });
  facts.renew(lines('m'));
  facts.describe(failed, about);
  expect(take()).toEqual([]);
  facts.write(10, nothing);
  expect(take()).toEqual(['triton_model_info m 1 leaf 1']);
});

const late: DescribeResult = { kind: 'failed', error: { failure: 'timeout', message: 'no answer' } };

it('takes a model for a leaf when the API has been late too often, and never one that is new to an API that has answered', () => {
  const { facts, take } = rig();
  facts.renew(lines('m'));
  for (let count = 1; count <= PATIENCE; count += 1) facts.describe(late, OPEN);
  facts.write(10, nothing);
  expect([take(), facts.warnings.map(({ code }) => code)]).toEqual([[], ['not-ready']]);
  facts.describe(late, OPEN);
  expect(take()).toEqual(['triton_model_info m 1 leaf 1']);
  expect(facts.warnings.map(({ code }) => code)).toEqual(['model-kinds-unknown']);

  facts.describe(described('m'), OPEN);
  facts.renew(lines('m', 'n'));
  take();
  for (let count = 0; count <= PATIENCE; count += 1) facts.describe(late, OPEN);
  facts.write(20, nothing);
  expect(take().some((row) => row.includes(' n '))).toBe(false);
  facts.describe(failed, OPEN);
  expect(take()).toContain('triton_model_info n 1 leaf 1');
});

it('asks about the same object until other models are said', () => {
  const { facts } = rig();
  expect(facts.describable).toBeUndefined();
  facts.renew(lines('m'));
  const first = facts.describable;
  facts.renew([...lines('m'), lineOf('nv_inference_request_failure', { model: 'm', reason: 'OTHER' })]);
  expect(facts.describable).toBe(first);
  facts.renew(lines('n'));
  expect(facts.describable).not.toBe(first);
  expect(rig({ asksApi: false }).facts.describable).toBeUndefined();
});

it('answers before the first lines change nothing', () => {
  const { facts, take } = rig();
  facts.describe(described(), OPEN);
  expect(take()).toEqual([]);
});

it('says that the store is full, and leaves statistics out', () => {
  const { facts, take } = rig({ asksApi: false, room: 0 });
  expect(facts.renew(lines('m'))).toBe(false);
  facts.describe(described('m'), OPEN);
  expect(take()).toEqual([]);
});

it('subtracts a leak without room for it no more than with', () => {
  const leaking = [{ line: lineOf('nv_inference_pending_request_count', { model: 'm', version: '1' }), value: 3 }];
  const { facts, take } = rig({ asksApi: false, room: 1 });
  facts.renew(lines('m'));
  facts.write(0, () => leaking);
  facts.write(STANDSTILL_MS, () => leaking);
  expect(take()).toEqual(['triton_model_info m 1 leaf 1', 'triton_model_info m 1 leaf 1']);
  expect(facts.warnings.map(({ code }) => code)).toContain('pending-leak');
});

it('adds up the series sets of a model, and takes no NaN for a number', () => {
  const leaks = new PendingLeaks();
  const pending = { model: 'm' };
  const values = [
    { line: lineOf('nv_inference_pending_request_count', pending), value: 3 },
    { line: lineOf('nv_inference_pending_request_count', { ...pending, gpu_uuid: 'GPU-1' }), value: 0 },
    { line: lineOf('nv_inference_exec_count', pending), value: 9 },
    { line: lineOf('nv_inference_queue_duration_us', pending), value: Number.NaN },
    { line: lineOf('nv_cpu_utilization', {}), value: 0.5 },
    { line: { labels: new Map(), type: 'gauge' as const }, value: 1 },
    { line: lineOf('nv_inference_pending_request_count', {}), value: 0 },
  ];
  for (const atMs of [0, STANDSTILL_MS]) leaks.read(values, atMs);
  expect(leaks.facts().map(({ labels, value }) => [labels.get('model'), value])).toEqual([['m', 3]]);
});
