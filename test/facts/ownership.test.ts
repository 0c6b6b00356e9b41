import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../src/facts/claims.ts';
import { targetOf } from '../sources/support.ts';
import { exporter, ownersIn, type Said, server, worldOf } from './support.ts';

const ONE = { UUID: 'GPU-1' };
const TWO = { UUID: 'GPU-2' };
const N = { node: 'n' };
const slice = (id: string, more: Readonly<Record<string, string>> = {}) => ({ ...ONE, GPU_I_ID: id, GPU_I_PROFILE: '1g.5gb', ...more });
const by = (pod: string) => ({ namespace: 'ml', pod });
const bare = exporter('x', N, [ONE, TWO]);

interface Case {
  readonly name: string;
  readonly said: readonly Said[];
  readonly unread?: readonly Said[];
  readonly owners: readonly (string | RegExp)[];
  /** Codes of the warnings at the first target. */
  readonly codes?: readonly string[];
}

const JOIN: readonly Case[] = [
  {
    name: 'each Triton names its GPU',
    said: [bare, server('a', N, ['GPU-1']), server('b', N, ['GPU-2'])],
    owners: ['GPU-1 ml/a triton-uuid', 'GPU-2 ml/b triton-uuid'],
  },
  { name: 'where nodes are not known', said: [exporter('x', {}, [ONE]), server('a', {}, ['GPU-1'])], owners: ['GPU-1 ml/a triton-uuid'] },
  { name: 'without an exporter', said: [server('a', N, ['GPU-1'])], owners: ['GPU-1 ml/a triton-uuid'] },
  {
    name: 'two Tritons on one GPU share it',
    said: [bare, server('a', N, ['GPU-1']), server('b', N, ['GPU-1'])],
    owners: ['GPU-1 ml/a triton-uuid shared=2', 'GPU-1 ml/b triton-uuid shared=2'],
    codes: ['no-pod-labels'],
  },
  {
    name: 'time slicing, of which the exporter labels one pod only',
    said: [exporter('x', N, [{ ...ONE, ...by('a') }]), server('a', N, ['GPU-1']), server('b', N, ['GPU-1'])],
    owners: ['GPU-1 ml/a exporter-labels shared=2', 'GPU-1 ml/b triton-uuid shared=2'],
  },
  {
    name: 'labels and Triton agree: one owner',
    said: [exporter('x', N, [{ ...ONE, ...by('a') }]), server('a', N, ['GPU-1'])],
    owners: ['GPU-1 ml/a exporter-labels'],
  },
  { name: 'a Triton without a pod owns nothing', said: [bare, { ...server('a', {}, ['GPU-1']), target: targetOf('triton') }], owners: [] },
];

const SLICES: readonly Case[] = [
  {
    name: 'one slice is the one',
    said: [exporter('x', N, [ONE, slice('13')]), server('a', N, ['GPU-1'])],
    owners: ['GPU-1/13 ml/a triton-uuid'],
  },
  {
    name: 'of two slices nobody knows which',
    said: [exporter('x', N, [slice('1'), slice('2')]), server('a', N, ['GPU-1'])],
    owners: [/^GPU-1 ml\/a \?: its Triton runs on GPU-1, which has 2 MIG instances/],
  },
  {
    name: 'a label tells which',
    said: [exporter('x', N, [slice('1', by('a')), slice('2')]), server('a', N, ['GPU-1'])],
    owners: ['GPU-1/1 ml/a exporter-labels'],
  },
  {
    name: 'the UUID of the slice, known from DRA’s label',
    said: [
      exporter('x', N, [slice('1', { dra_mig_device_uuid: 'MIG-7' }), slice('2', { dra_mig_device_uuid: 'MIG-8' })]),
      server('a', N, ['MIG-8']),
    ],
    owners: ['GPU-1/2 ml/a triton-uuid'],
  },
];

const ALONE: readonly Case[] = [
  {
    name: 'the only Triton of the node',
    said: [bare, server('a', N, []), server('b', { node: 'm' }, [])],
    owners: ['GPU-1 ml/a only-gpu-pod', 'GPU-2 ml/a only-gpu-pod'],
    codes: [],
  },
  {
    name: 'one of two: ambiguous, with the candidates',
    said: [exporter('x', N, [ONE]), server('a', N, []), server('b', N, [])],
    owners: [/^GPU-1 ml\/a \?: .* 2 pods there serve Triton;/, /^GPU-1 ml\/b \?: .* 2 pods there serve Triton;/],
  },
  {
    name: 'another Triton that was not read yet',
    said: [exporter('x', N, [ONE]), server('a', N, [])],
    unread: [server('b', N, [])],
    owners: [/^GPU-1 ml\/a \?:/],
  },
  {
    name: 'a Triton that was not read yet may name its GPU',
    said: [bare],
    unread: [server('a', N, [])],
    owners: [],
    codes: ['no-pod-labels'],
  },
  { name: 'it names one GPU: the other is not its', said: [bare, server('a', N, ['GPU-1'])], owners: ['GPU-1 ml/a triton-uuid'] },
  {
    name: 'an exporter that asks the kubelet, which knows of no pod for this GPU',
    said: [exporter('x', N, [ONE, { ...TWO, ...by('z') }]), server('a', N, [])],
    owners: ['GPU-2 ml/z exporter-labels'],
  },
  { name: 'a node that is not known', said: [exporter('x', {}, [ONE]), server('a', {}, [])], owners: [] },
  {
    name: 'one of many, none of which is named',
    said: [exporter('x', N, [ONE]), ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => server(name, N, name === 'a' ? [] : ['GPU-9']))],
    owners: [/^GPU-1 ml\/a \?: .* 7 pods there serve Triton;/, ...Array.from({ length: 6 }, () => /^GPU-9 /)],
  },
  {
    name: 'the host that lines name is the node',
    said: [exporter('x', {}, [{ ...ONE, Hostname: 'n' }]), server('a', N, [])],
    owners: ['GPU-1 ml/a only-gpu-pod'],
  },
  {
    name: 'a host that is the exporter’s pod is none',
    said: [exporter('x', {}, [{ ...ONE, Hostname: 'dcgm-exporter-7' }]), server('a', N, [])],
    owners: [],
  },
];

const CONFLICTS: readonly Case[] = [
  {
    name: 'two exporters of one node: no double count, and said',
    said: [exporter('x', N, [{ ...ONE, ...by('a') }]), exporter('y', N, [ONE])],
    owners: ['GPU-1 ml/a exporter-labels'],
    codes: ['gpu-reported-twice'],
  },
  {
    name: 'a UUID on two nodes belongs to nobody',
    said: [exporter('x', N, [{ ...ONE, ...by('a') }]), exporter('y', { node: 'm' }, [{ ...ONE, ...by('b') }]), server('c', N, ['GPU-1'])],
    owners: [/^GPU-1 ml\/a \?: GPU-1 is reported on 2 nodes,/, /^GPU-1 ml\/b \?:/, /^GPU-1 ml\/c \?:/],
    codes: ['uuid-on-two-nodes'],
  },
  {
    name: 'a host that is not called as the node is no other place',
    said: [exporter('x', {}, [{ ...ONE, Hostname: 'ip-10-0-0-7', ...by('a') }]), server('a', N, ['GPU-1'])],
    owners: ['GPU-1 ml/a exporter-labels'],
    codes: [],
  },
  {
    name: 'two hosts that lines name are two places',
    said: [exporter('x', {}, [{ ...ONE, Hostname: 'h', ...by('a') }]), exporter('y', {}, [{ ...ONE, hostname: 'i' }])],
    owners: [/^GPU-1 ml\/a \?: GPU-1 is reported on 2 nodes,/],
    codes: ['uuid-on-two-nodes'],
  },
  {
    name: 'a pod’s name used again: labels of the old one are not believed',
    said: [exporter('x', N, [{ ...ONE, ...by('a') }, TWO]), server('a', N, ['GPU-2'])],
    owners: ['GPU-2 ml/a triton-uuid'],
    codes: ['owner-contradicted'],
  },
  {
    name: 'a Triton on one of the two GPUs that its pod holds contradicts nothing',
    said: [
      exporter('x', N, [
        { ...ONE, ...by('a') },
        { ...TWO, ...by('a') },
      ]),
      server('a', N, ['GPU-2']),
    ],
    owners: ['GPU-1 ml/a exporter-labels', 'GPU-2 ml/a exporter-labels'],
    codes: [],
  },
  {
    name: 'a GPU that no exporter knows contradicts nothing',
    said: [exporter('x', N, [{ ...ONE, ...by('a') }]), server('a', N, ['MIG-9'])],
    owners: ['GPU-1 ml/a exporter-labels', 'MIG-9 ml/a triton-uuid'],
    codes: [],
  },
];

describe.each([
  ['joined with Triton’s own word', JOIN],
  ['MIG', SLICES],
  ['the only GPU pod of a node', ALONE],
  ['conflicts', CONFLICTS],
])('%s', (_title, cases) => {
  it.each(cases)('$name', ({ said, unread, owners, codes }) => {
    const world = worldOf(said, unread);
    expect(ownersIn(world, said)).toEqual(owners.map((owner) => (typeof owner === 'string' ? owner : expect.stringMatching(owner))));
    if (codes !== undefined) expect(world.of(said[0]?.target.id ?? '').warnings.map(({ code }) => code)).toEqual(codes);
  });
});

describe('over time', () => {
  const x = exporter('x', N, [{ ...ONE, ...by('a') }]);
  const y = exporter('y', { node: 'm' }, [ONE]);

  it('an exporter that dies takes its word along, and brings it back', () => {
    const world = worldOf([x, y]);
    expect(world.of('x').warnings.map(({ code }) => code)).toContain('uuid-on-two-nodes');
    world.setLive('y', false);
    expect([ownersIn(world, [x]), world.of('x').warnings]).toEqual([['GPU-1 ml/a exporter-labels'], []]);
    world.setLive('y', true);
    expect(world.of('x').warnings.map(({ code }) => code)).toContain('uuid-on-two-nodes');
    world.remove('y');
    expect(world.of('x').warnings).toEqual([]);
  });

  it('the version stands still while nothing changes', () => {
    const world = worldOf([x]);
    const { version } = world;
    world.setLive('x', true);
    world.setLive('nobody', false);
    const again = claimsOf(x);
    if (again !== undefined) world.put(again);
    expect(world.version).toBe(version);
    world.remove('x');
    expect([world.version > version, world.of('x').facts]).toEqual([true, []]);
  });

  it('targets that do not speak of GPUs claim none', () => {
    expect(claimsOf({ target: targetOf('generic'), lines: x.lines })).toBeUndefined();
  });
});

it('no pod owns a GPU that nothing ties it to, in whatever order targets are read, and each share is counted', () => {
  const uuid = fc.constantFrom('GPU-1', 'GPU-2', 'GPU-3');
  const node = fc.constantFrom('n', 'm');
  const pod = fc.constantFrom('a', 'b', 'c');
  const exporters = fc.array(fc.record({ node, lines: fc.array(fc.record({ uuid, pod: fc.option(pod) }), { maxLength: 3 }) }), {
    maxLength: 3,
  });
  const servers = fc.uniqueArray(fc.record({ pod, node, uuids: fc.array(uuid, { maxLength: 2 }) }), {
    maxLength: 3,
    selector: (one) => one.pod,
  });
  fc.assert(
    fc.property(exporters, servers, fc.nat(), (xs, ss, turn) => {
      const said = [
        ...xs.map((one, index) =>
          exporter(
            `x${index}`,
            { node: one.node },
            one.lines.map((line) => ({ UUID: line.uuid, ...(line.pod === null ? {} : by(line.pod)) })),
          ),
        ),
        ...ss.map((one) => server(one.pod, { node: one.node }, one.uuids)),
      ];
      const turned = [...said.slice(turn % (said.length || 1)), ...said.slice(0, turn % (said.length || 1))];
      const owners = ownersIn(worldOf(said), said);
      expect(ownersIn(worldOf(turned), said)).toEqual(owners);
      for (const owner of owners) {
        const [, gpu = '', name = '', evidence = '', shared = '1'] = /^(\S+) ml\/(\w) (\S+)(?: shared=(\d))?/.exec(owner) ?? [];
        if (evidence === 'exporter-labels')
          expect(xs.some(({ lines }) => lines.some((line) => `${line.uuid}` === gpu && line.pod === name))).toBe(true);
        if (evidence === 'triton-uuid')
          expect(ss.some((one) => one.pod === name && one.uuids.some((claimed) => `${claimed}` === gpu))).toBe(true);
        if (evidence === 'only-gpu-pod')
          expect(ss.filter((one) => one.node === ss.find((other) => other.pod === name)?.node)).toHaveLength(1);
        const holders = new Set(owners.filter((one) => one.startsWith(`${gpu} `) && !one.includes('?:')).map((one) => one.split(' ')[1]));
        if (!evidence.startsWith('?')) expect(Number(shared)).toBe(holders.size);
      }
    }),
  );
});
