import { describe, expect, it } from 'vitest';
import { modelFacts } from '../../src/facts/models.ts';
import { modelsSaid } from '../../src/facts/models-said.ts';
import type { DescribedModel, TargetDescription } from '../../src/model/description.ts';
import type { Line } from '../../src/model/line.ts';
import { lineOf } from '../sources/support.ts';

type About = Parameters<typeof modelFacts>[0];

function factsOf(lines: readonly Line[], about: Partial<Omit<About, 'said'>> = {}): ReturnType<typeof modelFacts> {
  return modelFacts({ said: modelsSaid(lines), settings: {}, described: { kind: 'not-asked' }, ...about });
}

function shown({ facts }: ReturnType<typeof modelFacts>, name = 'triton_model_info'): string[] {
  return facts
    .filter(({ labels }) => labels.get('__name__') === name)
    .map(
      ({ labels, value }) => `${[...labels].flatMap(([key, text]) => (key === '__name__' ? [] : [`${key}=${text}`])).join(' ')} ${value}`,
    );
}

function codes({ warnings }: ReturnType<typeof modelFacts>): string[] {
  return warnings.map(({ code }) => code);
}

const row = (family: string, model: string, more: Readonly<Record<string, string>> = {}): Line =>
  lineOf(`nv_inference_${family}`, { model, version: '1', ...more });
/** As a whole server says them. */
const modelLines = (...models: readonly string[]): Line[] =>
  models.flatMap((model) => [row('pending_request_count', model), row('request_success', model), row('request_duration_us', model)]);

const LEAF: DescribedModel = {
  name: 'a',
  version: '1',
  kind: 'leaf',
  decoupled: false,
  batching: false,
  sequence: false,
  instances: 2,
  maxBatchSize: 8,
  steps: [],
};

function answered(models: readonly DescribedModel[], more: Partial<TargetDescription> & { isStarting?: boolean } = {}): About['described'] {
  const { isStarting = false, ...rest } = more;
  return { kind: 'answered', last: { serverReady: true, models, undescribed: [], ...rest }, isStarting };
}

const refused = { kind: 'failed', error: { failure: 'refused', message: 'connection refused at a:8000' }, isLate: false } as const;
const late = { kind: 'failed', error: { failure: 'timeout', message: 'no answer in time' }, isLate: true } as const;

describe('which models there are', () => {
  it.each([
    { name: 'none', lines: [lineOf('nv_cpu_utilization', {})], infos: [] },
    {
      name: 'each once, over both series sets and all families',
      lines: [...modelLines('a', 'b'), row('count', 'a', { gpu_uuid: 'GPU-1' })],
      infos: ['model=a version=1 kind=leaf 1', 'model=b version=1 kind=leaf 1'],
    },
    {
      name: 'versions are apart',
      lines: [lineOf('nv_inference_count', { model: 'a', version: '42' }), lineOf('nv_inference_count', { model: 'a', version: '43' })],
      infos: ['model=a version=42 kind=leaf 1', 'model=a version=43 kind=leaf 1'],
    },
    {
      name: 'metric tags and namespaces are not identity',
      lines: [row('count', 'a', { _team: 'speech', namespace: 'repo' })],
      infos: ['model=a version=1 kind=leaf 1'],
    },
    { name: 'the failures of an unloaded model are no sign of life', lines: [row('request_failure', 'gone')], infos: [] },
    { name: 'a line without a name', lines: [{ labels: new Map([['model', 'a']]), type: 'gauge' as const }], infos: [] },
    { name: 'a custom metric of a backend is none', lines: [lineOf('input_byte_size_counter', { model: 'a' })], infos: [] },
    { name: 'a row without a version', lines: [lineOf('nv_inference_count', { model: 'a' })], infos: ['model=a version= kind=leaf 1'] },
    {
      name: 'counters that are off',
      lines: [row('pending_request_count', 'a'), row('count', 'a')],
      infos: ['model=a version=1 kind=leaf counters=no 1'],
    },
  ])('$name', ({ lines, infos }) => {
    expect(shown(factsOf(lines))).toEqual(infos);
  });
});

describe('what is known of a model', () => {
  it.each([
    {
      name: 'what the server says; without batching one request at a time, whatever the size it admits',
      described: answered([LEAF]),
      info: 'kind=leaf decoupled=false batching=false instances=2 max_batch_size=1',
      instances: 2,
      batch: 1,
    },
    {
      name: 'batching',
      described: answered([{ ...LEAF, batching: true }]),
      info: 'kind=leaf decoupled=false batching=true instances=2 max_batch_size=8',
      instances: 2,
      batch: 8,
    },
    {
      name: 'a batcher without a batch dimension',
      described: answered([{ ...LEAF, batching: true, maxBatchSize: 0 }]),
      info: 'kind=leaf decoupled=false batching=true instances=2 max_batch_size=1',
      instances: 2,
      batch: 1,
    },
    {
      name: 'the configuration wins',
      described: answered([LEAF]),
      set: { instances: 3, max_batch_size: 4, counts: 'exclude' },
      info: 'kind=leaf decoupled=false batching=false instances=3 max_batch_size=4 counts=no',
      instances: 3,
      batch: 4,
    },
    {
      name: 'the configuration alone',
      described: refused,
      set: { kind: 'leaf', instances: 3 },
      info: 'kind=leaf instances=3 max_batch_size=1',
      instances: 3,
      batch: 1,
    },
    {
      name: 'an ensemble',
      described: answered([{ ...LEAF, kind: 'ensemble', instances: 0 }]),
      info: 'kind=ensemble decoupled=false batching=false',
    },
    {
      name: 'an ensemble by configuration',
      described: answered([LEAF]),
      set: { kind: 'ensemble' },
      info: 'kind=ensemble decoupled=false batching=false',
    },
    {
      name: 'a decoupled model',
      described: answered([{ ...LEAF, decoupled: true }]),
      info: 'kind=leaf decoupled=true batching=false instances=2 max_batch_size=1 counts=no',
      instances: 2,
      batch: 1,
    },
    {
      name: 'a decoupled model that is admitted',
      described: answered([{ ...LEAF, decoupled: true }]),
      set: { counts: 'include' },
      info: 'kind=leaf decoupled=true batching=false instances=2 max_batch_size=1',
      instances: 2,
      batch: 1,
    },
    { name: 'nothing', described: refused, info: 'kind=leaf' },
    { name: 'no instance at all', described: answered([{ ...LEAF, instances: 0 }]), info: 'kind=leaf decoupled=false batching=false' },
  ] as const)('$name', ({ described, info, ...more }) => {
    const set = 'set' in more ? more.set : undefined;
    const known = factsOf(modelLines('a'), { described, settings: set === undefined ? {} : { a: set } });
    expect(shown(known)).toEqual([`model=a version=1 ${info} 1`]);
    expect(shown(known, 'triton_model_instances')).toEqual('instances' in more ? [`model=a version=1 ${more.instances}`] : []);
    expect(shown(known, 'triton_model_max_batch_size')).toEqual('batch' in more ? [`model=a version=1 ${more.batch}`] : []);
  });

  it('does not take the name of a property for a model', () => {
    expect(shown(factsOf(modelLines('constructor')))).toEqual(['model=constructor version=1 kind=leaf 1']);
  });
});

describe('readiness', () => {
  it('leaves out a model that has lines and is not ready', () => {
    const known = factsOf(modelLines('a', 'b'), { described: answered([LEAF]) });
    expect(shown(known, 'triton_model_ready')).toEqual(['model=a version=1 1', 'model=b version=1 0']);
    expect(shown(known)).toHaveLength(1);
    expect(known.warnings).toMatchObject([{ code: 'not-ready', message: expect.stringContaining('"b" is not ready') }]);
  });

  it('does not believe the API of another server', () => {
    const known = factsOf(modelLines('a'), { described: answered([{ ...LEAF, name: 'x' }]) });
    expect(shown(known)).toEqual(['model=a version=1 kind=leaf 1']);
    expect(known.warnings).toMatchObject([{ code: 'model-kinds-unknown', message: expect.stringContaining('other models') }]);
  });

  it('has no model while none is ready', () => {
    const known = factsOf(modelLines('a'), { described: answered([]) });
    expect([shown(known), codes(known)]).toEqual([[], ['not-ready']]);
  });

  it('has no model of a server that starts', () => {
    const known = factsOf(modelLines('a'), { described: answered([LEAF], { serverReady: false, isStarting: true }) });
    expect([shown(known), shown(known, 'triton_server_ready'), codes(known)]).toEqual([[], [' 0'], ['not-ready']]);
  });

  it('keeps the models of a server that loads another', () => {
    const known = factsOf(modelLines('a'), { described: answered([LEAF], { serverReady: false }) });
    expect([shown(known).length, shown(known, 'triton_server_ready'), codes(known)]).toEqual([1, [' 0'], []]);
  });

  it('takes a model whose configuration cannot be read for a leaf', () => {
    const known = factsOf(modelLines('a'), { described: answered([], { undescribed: [{ name: 'a', version: '1' }] }) });
    expect([shown(known), codes(known)]).toEqual([['model=a version=1 kind=leaf 1'], ['model-kinds-unknown']]);
  });

  it.each([
    { name: 'the first', last: undefined, infos: 0 },
    { name: 'one about new models', last: { serverReady: true, models: [LEAF], undescribed: [] }, infos: 1 },
  ])('waits for an answer: $name', ({ last, infos }) => {
    const known = factsOf(modelLines('a', 'b'), { described: { kind: 'awaited', last } });
    expect([known.isHeldBack, shown(known).length, known.warnings]).toEqual([true, infos, []]);
  });

  it.each([
    { name: 'nothing is known', last: undefined, infos: [], models: '"a", "b"' },
    { name: 'one of two is known', last: { serverReady: true, models: [LEAF], undescribed: [] }, infos: ['a'], models: '"b"' },
  ])('has no model that may be loading while the API is held up: $name', ({ last, infos, models }) => {
    const known = factsOf(modelLines('a', 'b'), { described: { ...late, last } });
    expect(known.isHeldBack).toBe(true);
    expect(shown(known).map((text) => text.replace(/^model=(\w+).*/, '$1'))).toEqual(infos);
    const message = expect.stringContaining(`nothing is known of ${models} yet`);
    expect(known.warnings).toMatchObject([{ code: 'not-ready', message }]);
  });

  it.each([
    { name: 'nothing set', set: {}, info: 'kind=leaf statistics=no', codes: ['instances-unknown'] },
    { name: 'a kind', set: { kind: 'leaf' }, info: 'kind=leaf statistics=no', codes: ['instances-unknown'] },
    {
      name: 'kind and instances',
      set: { kind: 'leaf', instances: 3 },
      info: 'kind=leaf instances=3 max_batch_size=1 statistics=no',
      codes: [],
    },
    { name: 'an ensemble', set: { kind: 'ensemble' }, info: 'kind=ensemble statistics=no', codes: [] },
  ] as const)('a name in several namespaces: $name', ({ set, info, codes: expected }) => {
    const described = answered([], { ambiguous: [{ name: 'a', version: '1' }] });
    const known = factsOf(modelLines('a'), { described, settings: { a: set } });
    expect([shown(known), codes(known), known.isHeldBack]).toEqual([[`model=a version=1 ${info} 1`], expected, false]);
  });

  it('keeps what was known when the API falls silent', () => {
    const known = factsOf(modelLines('a'), { described: { ...refused, last: { serverReady: true, models: [LEAF], undescribed: [] } } });
    expect(shown(known, 'triton_model_instances')).toEqual(['model=a version=1 2']);
    expect(shown(known, 'triton_server_ready')).toEqual([]);
    expect(known.warnings).toMatchObject([{ code: 'api-silent', message: expect.stringContaining('says nothing any more') }]);
  });
});

describe('warnings', () => {
  it.each([
    { names: ['a'], message: 'it is not known whether "a" is an ensemble; counted' },
    {
      names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      message: 'it is not known whether "a", "b", "c", "d", "e" and 2 more are ensembles; counted',
    },
  ])('say once which kinds are not known: $names', ({ names, message }) => {
    const { warnings } = factsOf(modelLines(...names), { settings: { other: { kind: 'leaf' } } });
    expect(warnings).toMatchObject([{ code: 'model-kinds-unknown', message: expect.stringContaining(message) }]);
  });

  it.each([
    { code: 'model-kinds-unknown', settings: {} },
    { code: 'instances-unknown', settings: { a: { kind: 'leaf' } } },
  ] as const)('$code names the cause', ({ code, settings }) => {
    const { warnings } = factsOf(modelLines('a'), { described: refused, settings });
    expect(warnings).toMatchObject([{ code, message: expect.stringContaining('connection refused at a:8000') }]);
  });

  it.each([
    { name: 'no gauge', lines: [row('request_duration_us', 'a')], expected: ['no-pending-gauge'] },
    { name: 'counters off', lines: [row('pending_request_count', 'a')], expected: ['counters-disabled'] },
    {
      name: 'counters renamed by a collector',
      lines: [row('pending_request_count', 'a'), row('request_duration_us_total', 'a')],
      expected: [],
    },
    { name: 'a whole server', lines: modelLines('a'), expected: [] },
    { name: 'no model', lines: [], expected: [] },
  ])('tell servers apart: $name', ({ lines, expected }) => {
    expect(codes(factsOf(lines, { described: answered([LEAF]) }))).toEqual(expected);
  });

  it.each([
    { set: {}, expected: ['models-not-counted'] },
    { set: { counts: 'include' }, expected: [] },
  ] as const)('a decoupled model is not counted in silence: $set', ({ set, expected }) => {
    const described = answered([{ ...LEAF, decoupled: true }]);
    expect(codes(factsOf(modelLines('a'), { described, settings: { a: set } }))).toEqual(expected);
  });

  it('an excluded model was excluded by a person', () => {
    expect(codes(factsOf(modelLines('a'), { described: answered([LEAF]), settings: { a: { counts: 'exclude' } } }))).toEqual([]);
  });
});

describe('on a Jetson', () => {
  const described = answered([LEAF, { ...LEAF, name: 'b', maxBatchSize: 1 }, { ...LEAF, name: 'e', kind: 'ensemble' }]);
  const warned = (about: Partial<About>) => factsOf(modelLines('a', 'b', 'e'), { described, ...about }).warnings;

  it('a batch size above 1 is a warning that names the leaf and says why', () => {
    expect(warned({ isOnJetson: true })).toMatchObject([
      { code: 'jetson-batches', message: expect.stringMatching(/^the max_batch_size of "a" is above 1 on a Jetson: .*memory/) },
    ]);
  });

  it('it is none elsewhere, and nothing is guessed of a server that says nothing', () => {
    expect(warned({})).toEqual([]);
    expect(warned({ isOnJetson: true, described: refused }).map(({ code }) => code)).not.toContain('jetson-batches');
  });
});
