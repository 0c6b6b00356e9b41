// Inventories that follow one another, held to one that looks everything up the long way, over made-up histories of a small cluster.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kubernetesInventory } from '../../../src/discovery/kubernetes/inventory.ts';
import type { ClusterSnapshot, KubeOwner, KubePod, Owner } from '../../../src/discovery/kubernetes/objects.ts';
import { isSameList } from '../../../src/lib/same-list.ts';
import type { Inventory, ObjectRef } from '../../../src/model/inventory.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import { parseLabelSelector } from '../../../src/model/parse-label-selector.ts';
import { type Pod, podKey } from '../../../src/model/pod.ts';
import { CUSTOM_OWNERS, type Kind, kubeNode, kubeOwner, kubePod, kubeService, kubeSlice, ownedBy, snapshotOf } from './builders.ts';
import { type Kinds, NaiveInventory } from './naive-inventory.ts';

const KINDS: Kinds = {
  'apps/deployments': 'Deployment',
  'apps/replicasets': 'ReplicaSet',
  'batch/jobs': 'Job',
  'batch/cronjobs': 'CronJob',
  'serving.kserve.io/inferenceservices': 'InferenceService',
};
const OWNER_KINDS = ['Deployment', 'ReplicaSet', 'Job', 'CronJob', 'InferenceService'] as const satisfies readonly Kind[];
const NAMESPACES = ['a', 'b', 'b-2'];
const NAMES = ['x', 'y', 'y-1', 'z'];
const SELECTORS = ['', 'app=x', 'app=x,tier', 'app in (x,y)', '!app', 'tier!=gold'].map(parseLabelSelector);

const name = fc.constantFrom(...NAMES);
const namespace = fc.constantFrom(...NAMESPACES);
const labels = fc.record({ app: fc.constantFrom('x', 'y'), tier: fc.constantFrom('gold', 'tin') }, { requiredKeys: [] });
// Uids are few, so that owners are found, own each other in circles, and come back under another uid.
const owner: fc.Arbitrary<Owner> = fc
  .record({ kind: fc.constantFrom<Kind>(...OWNER_KINDS, 'Pod'), name, round: fc.integer({ min: 0, max: 1 }) })
  .map(({ kind, name: called, round }) => ownedBy(kind, called, `${kind}-${called}-${round}`));

interface Change {
  readonly apply: (snapshot: ClusterSnapshot) => Partial<ClusterSnapshot>;
}

/** Puts an object in the place of the one of its name, or takes that one away. */
function put<T extends { readonly namespace?: string; readonly name: string }>(
  objects: readonly T[],
  object: T,
  isGone: boolean,
): readonly T[] {
  const isIt = (one: T): boolean => one.namespace === object.namespace && one.name === object.name;
  const at = objects.findIndex(isIt);
  if (isGone) return objects.filter((one) => !isIt(one));
  return at === -1 ? [...objects, object] : objects.with(at, object);
}

const times = fc.option(fc.constantFrom(0, 1000, 30_000), { nil: undefined });
const podChange = fc
  .record({
    at: fc.record({ namespace, name, round: fc.integer({ min: 0, max: 1 }) }),
    labels,
    state: fc.constantFrom('ready', 'ready', 'not-ready', 'terminating', 'Failed', 'Succeeded', 'gone'),
    node: fc.option(fc.constantFrom('n1', 'n2'), { nil: undefined }),
    owner: fc.option(owner, { nil: undefined }),
    times: fc.record({ startedMs: times, readyChangedMs: times }),
  })
  .map(({ at, labels: own, state, node, owner: above, times: { startedMs, readyChangedMs } }): Change => {
    const { node: _, startedMs: __, readyChangedMs: ___, ...base } = kubePod(at.name, { labels: own });
    const pod: KubePod = {
      ...base,
      namespace: at.namespace,
      // The nodes of a graph of owners, so that pods own things too; in one namespace each, as uids are.
      uid: at.namespace === 'a' ? `Pod-${at.name}-${at.round}` : `${at.namespace}-${at.name}-${at.round}`,
      ready: state === 'ready',
      terminating: state === 'terminating',
      phase: state === 'Failed' || state === 'Succeeded' ? state : 'Running',
      ...(node !== undefined && { node }),
      ...(above !== undefined && at.namespace === 'a' && { owner: above }),
      ...(startedMs !== undefined && { startedMs }),
      ...(readyChangedMs !== undefined && { readyChangedMs }),
    };
    return { apply: ({ pods }) => ({ pods: put(pods, pod, state === 'gone') }) };
  });

const ownerChange = fc
  .record({
    kind: fc.constantFrom(...OWNER_KINDS),
    name,
    round: fc.integer({ min: 0, max: 1 }),
    owner: fc.option(owner),
    isGone: fc.boolean(),
  })
  .map(({ kind, name: called, round, owner: above, isGone }): Change => {
    const object: KubeOwner = {
      ...kubeOwner(kind, called, { uid: `${kind}-${called}-${round}`, namespace: 'a' }),
      ...(above !== null && { owner: above }),
    };
    const isOther = (one: KubeOwner): boolean => one.kind !== kind || one.name !== called;
    return { apply: ({ owners }) => ({ owners: [...owners.filter(isOther), ...(isGone ? [] : [object])] }) };
  });

const serviceChange = fc
  .record({ namespace, name, selector: fc.option(labels), isGone: fc.boolean() })
  .map(({ namespace: where, name: called, selector, isGone }): Change => {
    const service = kubeService(called, selector ?? undefined, { namespace: where });
    return { apply: ({ services }) => ({ services: put(services, service, isGone) }) };
  });

const sliceChange = fc
  .record({ namespace, name, pods: fc.array(name), isGone: fc.boolean() })
  .map(({ namespace: where, name: called, pods, isGone }): Change => {
    const slice = kubeSlice(called, pods, { namespace: where });
    return { apply: ({ endpointSlices }) => ({ endpointSlices: put(endpointSlices, slice, isGone) }) };
  });

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: podChange },
  { weight: 4, arbitrary: ownerChange },
  { weight: 2, arbitrary: serviceChange },
  { weight: 2, arbitrary: sliceChange },
  fc.boolean().map((isGone): Change => ({ apply: ({ nodes }) => ({ nodes: put(nodes, kubeNode('n1'), isGone) }) })),
  // A list that was read anew: equal objects in another order.
  fc.constant<Change>({
    apply: ({ pods }) => ({ pods: pods.map((pod) => ({ ...pod, labels: labelsOf(Object.fromEntries(pod.labels)) })).toReversed() }),
  }),
);

const OBJECTS: readonly ObjectRef[] = [...NAMESPACES, 'nowhere'].flatMap((where) => [
  ...Object.keys(KINDS).flatMap((kind) => {
    const [group = '', resource = ''] = kind.split('/');
    return NAMES.map((called) => ({ group, resource, namespace: where, name: called }));
  }),
  ...['pods', 'services'].flatMap((resource) => NAMES.map((called) => ({ group: '', resource, namespace: where, name: called }))),
  ...['n1', 'n2'].map((called) => ({ group: '', resource: 'nodes', namespace: where, name: called })),
  { group: '', resource: 'namespaces', name: where },
]);

type Asked = (index: number) => boolean;
type Answers = readonly (readonly Pod[] | undefined)[];

function answersOf(inventory: Pick<Inventory, 'podsOf' | 'podsIn' | 'allPods'>, isAsked: Asked): Answers {
  const asked = [
    ...OBJECTS.map((object) => () => inventory.podsOf(object)),
    ...NAMESPACES.flatMap((where) => SELECTORS.map((selector) => () => inventory.podsIn(where, selector))),
    () => inventory.allPods(),
  ];
  return asked.map((ask, index) => (isAsked(index) ? ask() : undefined));
}

/** Objects of a kind that have pods. */
function listed(inventory: Inventory, kind: string): readonly string[] {
  const [group = '', resource = ''] = kind.split('/');
  return inventory.objects({ group, resource }).map((object) => `${object.namespace}/${object.name}`);
}

function withPods(answers: Answers, kind: string): readonly string[] {
  const found = OBJECTS.filter(({ group, resource }, at) => `${group}/${resource}` === kind && (answers[at]?.length ?? 0) > 0);
  return found.map((object) => `${object.namespace}/${object.name}`);
}

interface Moment {
  readonly snapshot: ClusterSnapshot;
  readonly inventory: Inventory;
  /** Undefined for what was not asked. */
  readonly answers: Answers;
}

/** What is the same as the moment before is the same object: lists of the same pods, and pods that are told alike. */
function expectKept(now: Moment, before: Moment): void {
  const uids = new Map(before.snapshot.pods.map((pod) => [podKey(pod), pod.uid]));
  const sameUid = new Set(now.snapshot.pods.filter((pod) => uids.get(podKey(pod)) === pod.uid).map(podKey));
  const told = new Map(before.answers.flatMap((pods) => pods ?? []).map((pod) => [podKey(pod), pod]));
  for (const [at, pods] of now.answers.entries()) {
    const earlier = before.answers[at];
    if (pods === undefined || pods.length === 0) continue;
    if (earlier !== undefined && isSameList(pods, earlier)) expect(pods).toBe(earlier);
    for (const pod of pods) {
      const known = told.get(podKey(pod));
      if (known !== undefined && sameUid.has(podKey(pod)) && isDeepStrictEqual(known, pod)) expect(pod).toBe(known);
    }
  }
}

function expectSameAnswers({ inventory, answers }: Moment): void {
  const again = answersOf(inventory, (index) => answers[index] !== undefined);
  for (const [at, pods] of answers.entries()) expect(again[at]).toBe(pods);
}

function expectRight(
  { snapshot, inventory, answers }: Moment,
  { wasReady, isAsked }: { wasReady: ReadonlySet<string>; isAsked: Asked },
): void {
  const naive = new NaiveInventory({ snapshot, kinds: KINDS, wasReady });
  expect(answers).toEqual(answersOf(naive, isAsked));
  const complete = answersOf(naive, () => true);
  for (const kind of [...Object.keys(KINDS), '/services', '/pods']) expect(listed(inventory, kind)).toEqual(withPods(complete, kind));
}

/** Of pods that are ready, were or must have been; of one that is gone nothing is remembered. */
function uidsOfReady({ pods }: ClusterSnapshot, before: ReadonlySet<string>): ReadonlySet<string> {
  const seems = ({ startedMs, readyChangedMs }: KubePod): boolean =>
    readyChangedMs !== undefined && startedMs !== undefined && readyChangedMs >= startedMs + 30_000;
  return new Set(pods.filter((pod) => pod.ready || seems(pod) || before.has(pod.uid)).map(({ uid }) => uid));
}

it('answers like one made from scratch, keeps what did not change, and never changes itself', () => {
  const step = fc.record({ changes: fc.array(anyChange, { minLength: 1, maxLength: 4 }), everyNth: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (history) => {
      let wasReady: ReadonlySet<string> = new Set();
      let before: Moment | undefined;
      for (const { changes, everyNth } of history) {
        let snapshot = before?.snapshot ?? snapshotOf({});
        for (const { apply } of changes) snapshot = { ...snapshot, ...apply(snapshot) };
        wasReady = uidsOfReady(snapshot, wasReady);
        const inventory = kubernetesInventory({ snapshot, owners: CUSTOM_OWNERS, previous: before?.inventory });
        // A question may skip an inventory.
        const isAsked: Asked = (index) => index % everyNth === 0;
        const now = { snapshot, inventory, answers: answersOf(inventory, isAsked) };
        expectRight(now, { wasReady, isAsked });
        expectSameAnswers(now);
        if (before !== undefined) {
          expectKept(now, before);
          expectSameAnswers(before);
        }
        before = now;
      }
    }),
    { numRuns: 150 },
  );
});
