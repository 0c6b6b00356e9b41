// One real server, one Plimsoll that scrapes it, and the questions that an HPA asks.
import { setTimeout } from 'node:timers/promises';
import { type Answer, createHpa } from './hpa.ts';
import type { TritonInstall } from './install.ts';
import { createLoad, type Load, type Work } from './load.ts';
import { type PlimsollProcess, startPlimsoll } from './plimsoll.ts';
import { type Profile, profileOf } from './profile.ts';
import { type Ports, type Setup, startTriton, type TritonServer } from './server.ts';
import { expectSteady } from './steady.ts';

export interface Rig extends AsyncDisposable {
  readonly server: TritonServer;
  readonly plimsoll: PlimsollProcess;
  readonly profile: Profile;
  /** Without clients yet; ends with the rig. */
  load(work: Work): Load;
  /** A signal of the server's pod: over all its models, or of one; `labels` are a selector such as `version=2`. */
  ask(signal: string, labels?: string): Promise<Answer>;
  /** Rejects when the answer is a refusal. */
  read(signal: string, labels?: string): Promise<number>;
  /** Long enough for the whole window to lie after the last change of load. */
  settle(): Promise<void>;
  /** What a path of the metrics API answers stays at its truth. */
  expectSteady(path: string, truth: number): Promise<void>;
  /** The same for signals of the pod. */
  expectTruths(truths: Readonly<Record<string, number>>, labels?: string): Promise<void>;
}

export interface RigSetup extends Setup {
  /** Of Plimsoll's configuration file, beyond who is scraped and how often. */
  readonly settings?: object;
  /** Others that it scrapes, as its configuration file says them. */
  readonly jobs?: readonly object[];
}

/** Of the requests that tests send; longer ones may be under way when a window begins. */
const LONGEST_REQUEST_MS = 500;
const POD = { namespace: 'e2e', deployment: 'triton', pod: 'triton-0' };
const CUSTOM = 'custom.metrics.k8s.io/v1beta2/namespaces/e2e';
/** The object behind the server's pod. */
export const DEPLOYMENT = `${CUSTOM}/deployments.apps/triton`;

export function podsMetric(signal: string, labels?: string): string {
  const metric = labels === undefined ? '' : `&metricLabelSelector=${encodeURIComponent(labels)}`;
  return `${CUSTOM}/pods/*/${signal}?labelSelector=deployment%3Dtriton${metric}`;
}

/** What the configuration file says of a server with these ports. */
export function jobOf({ http, metrics }: Ports): object {
  return {
    job_name: 'triton',
    triton_api: { port: http },
    static_configs: [{ targets: [`127.0.0.1:${metrics}`], labels: POD }],
  };
}

/** Settles when Plimsoll has tried its first scrape. */
export async function startRig(install: TritonInstall, { settings, jobs = [], ...setup }: RigSetup): Promise<Rig> {
  const profile = profileOf(process.env);
  await using starting = new AsyncDisposableStack();
  const server = starting.use(await startTriton(install, setup));
  const config = { ...profile.settings, ...settings, scrape_configs: [jobOf(server.ports), ...jobs] };
  const plimsoll = starting.use(await startPlimsoll(config));
  const hpa = starting.use(createHpa(plimsoll.metricsApiUrl));
  const resources = starting.move();
  const ask = (signal: string, labels?: string): Promise<Answer> => hpa.ask(podsMetric(signal, labels));
  const readPath = async (path: string): Promise<number> => {
    const answer = await hpa.ask(path);
    if (answer.kind === 'refusal') throw new Error(`${path}: ${answer.code} ${answer.message}`);
    return answer.value;
  };
  const steady = (path: string, truth: number): Promise<void> =>
    expectSteady({ title: path, read: () => readPath(path), truth, everyMs: profile.intervalMs });
  return {
    server,
    plimsoll,
    profile,
    load: (work) => resources.use(createLoad(server.url, work)),
    ask,
    read: (signal, labels) => readPath(podsMetric(signal, labels)),
    settle: () => setTimeout(profile.windowMs + profile.intervalMs + LONGEST_REQUEST_MS),
    expectSteady: steady,
    expectTruths: async (truths, labels) => {
      await Promise.all(Object.entries(truths).map(([signal, truth]) => steady(podsMetric(signal, labels), truth)));
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
