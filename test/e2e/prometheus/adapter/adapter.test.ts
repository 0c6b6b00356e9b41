// The same configurations and samples behind the real prometheus-adapter and behind Plimsoll: every answer is held against the other's.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findPrograms } from '../../kubernetes/control-plane/programs.ts';
import { findPrometheus, findPrometheusAdapter } from '../programs.ts';
import { ask, discover, discoverGroups, type Said } from './answer.ts';
import { compare, type Finding, shapeOf, told } from './compare.ts';
import { DIFFERENCES } from './differences.ts';
import { questionsAbout } from './questions.ts';
import { MARKER, type Rig, type Running, startRig } from './rig.ts';

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/prometheus-adapter/', import.meta.url));
const CONFIGURATIONS = readdirSync(FIXTURES).filter((name) => name.endsWith('.yaml'));
/** A window of a minute, its first sample before it, and one that may still be on its way. */
const COVERED_MS = 80_000;
const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
/** Of findings of one shape. */
const SHOWN = 3;

/** In which what rules make of the series is found, on a busy machine. */
const FOUND_MS = 30_000;

/** Entries of discovery. */
interface Lists {
  readonly custom: readonly string[];
  readonly external: readonly string[];
}

const finding = { env: process.env, progress: (line: string) => void process.stderr.write(`${line}\n`) };
const prometheus = await findPrometheus(finding);
const adapter = await findPrometheusAdapter(finding);
const controlPlane = await findPrograms(finding);
const why = [prometheus, adapter, controlPlane].flatMap((found) => ('why' in found ? [found.why] : []));
if (why.length > 0) {
  process.stderr.write(`skipped: ${why.join('; ')}\n`);
  describe('against the real prometheus-adapter', () => it.skip(`needs programs: ${why.join('; ')}`));
}

describe.runIf(why.length === 0)('against the real prometheus-adapter', () => {
  let rig: Rig;
  let plimsoll: Running;
  /** What Plimsoll lists without any rule. */
  let own: Lists;
  const seen = new Set<string>();

  beforeAll(async () => {
    if (prometheus.kind !== 'ready' || adapter.kind !== 'ready' || controlPlane.kind !== 'ready') return;
    rig = await startRig({ controlPlane: controlPlane.programs, prometheus: prometheus.programs.prometheus, adapter: adapter.adapter });
    plimsoll = await rig.startPlimsoll();
    own = await lists(plimsoll);
    await setTimeout(COVERED_MS);
  });
  afterAll(() => rig?.[Symbol.asyncDispose]());

  const lists = async ({ api }: Running): Promise<Lists> => ({
    custom: await discover(api, CUSTOM),
    external: (await discover(api, EXTERNAL)).filter((name) => !name.startsWith(MARKER)),
  });
  const answers = async ({ api }: Running, paths: readonly string[]) => {
    const said = new Map<string, { readonly said: Said; readonly askedMs: number }>();
    for (const path of paths) said.set(path, { askedMs: Date.now(), said: await ask(api, path) });
    return said;
  };

  /** Notes each row of the table that is seen. */
  const isExplained = (found: Finding): boolean => {
    const rows = DIFFERENCES.filter((row) => row.explains(found));
    for (const { about } of rows) seen.add(about);
    return rows.length > 0;
  };

  it.each(CONFIGURATIONS)('%s', async (name) => {
    const configFile = join(FIXTURES, name);
    const running = await rig.startAdapter(configFile);
    const theirLists = await lists(running);
    const bare = (entries: readonly string[]) => entries.map((entry) => entry.replace(/!$/, ''));
    const questions = questionsAbout({ custom: bare(theirLists.custom), external: bare(theirLists.external) });
    const paths = questions.map(({ path }) => path);
    const theirs = await answers(running, paths);
    await running.stop();

    await rig.configure(plimsoll, configFile);
    // Series are looked for after a change, in turn.
    await vi.waitFor(async () => expect(without(await lists(plimsoll), own)).toEqual(theirLists), { timeout: FOUND_MS, interval: 200 });
    const ours = await answers(plimsoll, paths);
    const findings = paths.flatMap((path): readonly Finding[] => {
      const [one, other] = [theirs.get(path), ours.get(path)];
      if (one === undefined || other === undefined) throw new Error(`BUG: ${path} was not asked`);
      return compare({ path, theirs: one.said, ours: other.said, theirsAtMs: one.askedMs, oursAtMs: other.askedMs });
    });
    const unexplained = findings.filter((found) => !isExplained(found));
    const shapes = Map.groupBy(unexplained, shapeOf);
    const shown = [...shapes].map(([shape, ones]) => `${ones.length} × ${shape}\n${ones.slice(0, SHOWN).map(told).join('\n')}`);
    expect(shown.join('\n'), `${unexplained.length} findings of ${questions.length} questions`).toBe('');
  });

  it('differ in aggregated discovery', async () => {
    const running = await rig.startAdapter(join(FIXTURES, 'namespaces.yaml'));
    const [theirs, ours] = [await discoverGroups(running.api), await discoverGroups(plimsoll.api)];
    await running.stop();
    expect(isExplained({ kind: 'groups', theirs, ours })).toBe(true);
  });

  it('differ in rules that can never be answered', async () => {
    const configFile = join(FIXTURES, 'refused/never-answered.yaml');
    const running = await rig.startAdapter(configFile);
    const { custom } = await lists(running);
    const metrics = custom.filter((entry) => entry.startsWith('pods/')).map((entry) => entry.slice('pods/'.length));
    const answer = (metric: string): Promise<Said> => ask(running.api, `${CUSTOM}/namespaces/serving/pods/triton-0/${metric}`);
    const theirs = await Promise.all(metrics.map(answer));
    await running.stop();
    expect(theirs).toHaveLength(3);
    const { code, output } = await rig.check(configFile);
    expect(code).toBe(1);
    for (const [index, one] of theirs.entries()) {
      const problem = output.split('\n').find((line) => line.includes(`rules[${index}].metricsQuery`)) ?? '';
      expect(isExplained({ kind: 'rule', theirs: one, problem }), output).toBe(true);
    }
  });

  it('happens as the table says, row by row', () => {
    expect([...seen].toSorted()).toEqual(DIFFERENCES.map(({ about }) => about).toSorted());
  });
});

function without({ custom, external }: Lists, own: Lists): Lists {
  return {
    custom: custom.filter((entry) => !own.custom.includes(entry)),
    external: external.filter((entry) => !own.external.includes(entry)),
  };
}
