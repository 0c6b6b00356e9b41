// Lists as bytes: the same, byte for byte, as the objects they stand for; and nothing of one answer in the next.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customListForm, externalListForm } from '../../src/metrics-api/answer.ts';
import { ListWriter, type MetricList } from '../../src/metrics-api/list-writer.ts';
import { type Resource, resourcesWith } from '../../src/metrics-api/resources.ts';
import type { LabelRequirement } from '../../src/model/label-selector.ts';
import type { SignalAnswer, SignalValue } from '../../src/model/signal.ts';
import { type CustomQuestion, externalMetricValueList, metricValueList } from './list-objects.ts';
import { absent, known, OWNERS } from './world.ts';

const RESOURCES: readonly Resource[] = [...resourcesWith(OWNERS).values()];

/** Names in namespaces, some alike but for a few characters, some that JSON or UTF-8 write longer. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('', '"', '\\', '\n', '\ud800', '__proto__', '],"items":[', 'é', '漢', '🙂'),
  fc.nat({ max: 20 }).map((index) => `triton-${index}`),
);
const instant = fc.oneof(fc.double({ min: -1e12, max: 8e15, noNaN: true }), fc.double({ min: 1.79e12, max: 1.79e12 + 5000, noNaN: true }));
const window = fc.oneof(fc.constantFrom(undefined, 60_000, 30_000, 0), fc.double({ min: 0, max: 1e300, noNaN: true }));
const value = fc
  .record({ value: fc.double(), newestMs: instant, windowMs: window, estimated: fc.boolean() })
  .map(({ windowMs, ...rest }): SignalValue => ({ ...known(1), ...rest, ...(windowMs !== undefined && { windowMs }) }));
const usableValue = value.filter((one) => Number.isFinite(one.value));
const answer: fc.Arbitrary<SignalAnswer> = fc.oneof({ weight: 4, arbitrary: value }, fc.constant(absent('stale', 'too old')));
const requirement = fc.record({
  key: text,
  operator: fc.constantFrom<LabelRequirement['operator'][]>('In', 'NotIn', 'Exists'),
  values: fc.array(text, { maxLength: 2 }),
});
const question: fc.Arbitrary<CustomQuestion> = fc
  .record({
    version: fc.constantFrom('v1beta1', 'v1beta2'),
    resource: fc.constantFrom(...RESOURCES),
    metric: text,
    metricSelector: fc.array(requirement, { maxLength: 3 }),
    namespace: fc.option(text, { nil: undefined }),
    pods: fc.array(fc.tuple(text, answer), { maxLength: 12 }),
    first: usableValue,
  })
  .map(({ namespace, pods, first, ...rest }) => {
    const named = [['triton-0', first] as const, ...pods];
    return {
      ...rest,
      objects: named.map(([name]) => ({ ...(namespace !== undefined && { namespace }), name })),
      answers: named.map(([, one]) => ({ answer: one })),
    };
  });

function textOf(writer: ListWriter, list: MetricList): string {
  const { bytes, release } = writer.write(list);
  const written = Buffer.from(bytes).toString();
  release();
  return written;
}

function listOf(asked: CustomQuestion): MetricList {
  return { form: () => customListForm(asked), answers: asked.answers };
}

describe('the bytes of a list are those of its objects', () => {
  it('custom metrics, both versions', () => {
    fc.assert(
      fc.property(question, (asked) => {
        expect(textOf(new ListWriter(), listOf(asked))).toBe(`${JSON.stringify(metricValueList(asked))}\n`);
      }),
      { numRuns: 1000 },
    );
  });

  it('external metrics', () => {
    fc.assert(
      fc.property(text, usableValue, fc.dictionary(text, text, { maxKeys: 3 }), (metric, one, labels) => {
        const selector = Object.entries(labels).map(([key, only]): LabelRequirement => ({ key, operator: 'In', values: [only] }));
        const list = { form: () => externalListForm(metric, selector), answers: [{ answer: one }] };
        expect(textOf(new ListWriter(), list)).toBe(`${JSON.stringify(externalMetricValueList(metric, { ...labels }, one))}\n`);
      }),
    );
  });

  it('without an item that has a value, or without any', () => {
    fc.assert(
      fc.property(question, fc.boolean(), (asked, isEmpty) => {
        const answers = asked.answers.map(() => ({ answer: absent('stale', 'too old') }));
        const empty = isEmpty ? { ...asked, objects: [], answers: [] } : { ...asked, answers };
        expect(textOf(new ListWriter(), listOf(empty))).toBe(`${JSON.stringify(metricValueList(empty))}\n`);
      }),
    );
  });

  it('also with a form that was kept, and memory that was used', () => {
    const writer = new ListWriter();
    fc.assert(
      fc.property(question, fc.array(fc.array(value), { maxLength: 4 }), (asked, rounds) => {
        for (const values of [[], ...rounds]) {
          const answers = asked.answers.map((before, index) => (index === 0 ? before : { answer: values[index] ?? before.answer }));
          const list = { ...listOf({ ...asked, answers }), kept: { key: JSON.stringify(asked), objects: asked.objects } };
          expect(textOf(writer, list)).toBe(`${JSON.stringify(metricValueList({ ...asked, answers }))}\n`);
        }
      }),
    );
  });
});

function many(count: number): CustomQuestion {
  const objects = Array.from({ length: count }, (_, index) => ({ namespace: 'demo', name: `triton-${index}` }));
  const answers = objects.map((_, index) => ({ answer: known(index / 8, 60_000) }));
  const [resource = { group: '', version: '', name: '', kind: '', namespaced: true }] = RESOURCES;
  return { version: 'v1beta2', resource, metric: 'm', metricSelector: [], objects, answers };
}

describe('what a writer keeps', () => {
  it('a form, for the same key and the same array of objects', () => {
    const writer = new ListWriter();
    const asked = many(3);
    const formsMade: string[] = [];
    const ask = (name: string, kept: MetricList['kept']): string => {
      const form = (): ReturnType<MetricList['form']> => {
        formsMade.push(name);
        return customListForm(asked);
      };
      return textOf(writer, { form, answers: asked.answers, ...(kept && { kept }) });
    };
    const texts = [
      ask('first', { key: 'a', objects: asked.objects }),
      ask('again', { key: 'a', objects: asked.objects }),
      ask('another key', { key: 'b', objects: asked.objects }),
      ask('other objects', { key: 'a', objects: [...asked.objects] }),
      ask('not to be kept', undefined),
      ask('nor now', undefined),
    ];
    expect(new Set(texts).size).toBe(1);
    expect(formsMade).toEqual(['first', 'another key', 'other objects', 'not to be kept', 'nor now']);
  });

  it('no more forms than a few megabytes', () => {
    const writer = new ListWriter();
    const asked = many(1);
    let formsMade = 0;
    const form = (): ReturnType<MetricList['form']> => {
      formsMade += 1;
      return customListForm(asked);
    };
    const ask = (key: string): void => void textOf(writer, { form, answers: asked.answers, kept: { key, objects: asked.objects } });
    for (let key = 0; key < 2500; key += 1) ask(String(key));
    ask('2499');
    expect(formsMade).toBe(2500);
    ask('0');
    expect(formsMade).toBe(2501);
  });

  it('the memory of a large list, once it is released', () => {
    const writer = new ListWriter();
    const write = (count: number) => writer.write(listOf(many(count)));
    const one = write(1000);
    const other = write(1000);
    expect(one.bytes.buffer).not.toBe(other.bytes.buffer);
    expect(Buffer.from(one.bytes).equals(other.bytes)).toBe(true);
    one.release();
    const smaller = write(900);
    expect(smaller.bytes.buffer).toBe(one.bytes.buffer);
    expect(write(1000).bytes.buffer).not.toBe(other.bytes.buffer);
  });

  it('no memory of a small list, nor of an enormous one, nor of more than four', () => {
    const writer = new ListWriter();
    const write = (count: number) => writer.write(listOf(many(count)));
    const enormous = writer.write(listOf({ ...many(1000), metric: 'm'.repeat(10_000) }));
    enormous.release();
    expect(write(1000).bytes.buffer).not.toBe(enormous.bytes.buffer);
    const small = write(1);
    const before = Buffer.from(small.bytes);
    small.release();
    for (let count = 0; count < 9; count += 1) write(1).release();
    expect(Buffer.from(small.bytes).equals(before)).toBe(true);
    const five = [1, 2, 3, 4, 5].map(() => write(1000));
    for (const { release } of five) release();
    const again = [1, 2, 3, 4, 5].map(() => write(1000).bytes.buffer);
    expect(again.map((buffer) => five.findIndex(({ bytes }) => bytes.buffer === buffer))).toEqual([1, 2, 3, 4, -1]);
  });
});
