// The soak in real time: a Plimsoll process, a fleet process, clients, and a look at all of them once a minute.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../e2e/ports.ts';
import { type Askers, startAskers, type Tally } from './askers.ts';
import type { ServedPod } from './fleet-process.ts';
import type { Probed } from './probe.ts';
import { ChangingTargets } from './targets.ts';

export interface RealSoak {
  readonly minutes: number;
  readonly targets: number;
  readonly hpas: number;
  /** Targets that others take the place of, each minute. */
  readonly churn: number;
}

/** One minute of it. */
export interface Minute extends Probed, Tally {
  readonly minute: number;
  readonly series: number;
  readonly up: number;
  readonly down: number;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Rejects when one of the processes ends, or the configuration is refused. */
export async function soak(spec: RealSoak, progress: (minute: Minute) => void): Promise<readonly Minute[]> {
  await using stack = new AsyncDisposableStack();
  const fleet = started(stack, fork(here('fleet-process.ts'), [String(Math.ceil(spec.targets * 1.25)), String(spec.minutes)]));
  const [pods]: [ServedPod[]] = await messageOf(fleet);
  const targets = new ChangingTargets(pods, spec.targets);
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-soak-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const [api = 0, telemetry = 0] = await freePorts(2);
  const file = join(folder, 'plimsoll.yaml');
  const configure = async (churn: number): Promise<void> => {
    // JSON is YAML. In one step, as kubelet swaps a mounted one.
    await writeFile(`${file}.next`, JSON.stringify(configOf(targets.change(churn), { api, telemetry })));
    await rename(`${file}.next`, file);
  };
  await configure(0);
  const execArgv = ['--expose-gc', '--import', here('probe.ts')];
  const plimsoll = started(
    stack,
    fork(here('../../src/main.ts'), ['serve', '--config', file], { execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  const urls = { metricsApi: `https://127.0.0.1:${api}`, telemetry: `http://127.0.0.1:${telemetry}` };
  await listening(urls.telemetry);
  const askers = startAskers({ ...urls, hpas: spec.hpas });
  stack.defer(() => askers.stop());
  const minutes: Minute[] = [];
  for (let minute = 1; minute <= spec.minutes; minute += 1) {
    await configure(minute === 1 ? 0 : spec.churn);
    await pause(60_000);
    const seen = await look({ minute, plimsoll, askers, telemetry: urls.telemetry });
    minutes.push(seen);
    progress(seen);
  }
  return minutes;
}

function configOf(static_configs: readonly object[], { api, telemetry }: { readonly api: number; readonly telemetry: number }): object {
  return {
    metrics_api: { listen: `127.0.0.1:${api}` },
    telemetry: { listen: `127.0.0.1:${telemetry}` },
    scrape_configs: [{ job_name: 'triton', static_configs }],
  };
}

/** Ends with the stack; should it end before, whoever waits for it is told by a message that never comes, or a face that is gone. */
function started(stack: AsyncDisposableStack, child: ChildProcess): ChildProcess {
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });
  return child;
}

async function messageOf<Message>(child: ChildProcess): Promise<[Message]> {
  const ended = new AbortController();
  const message = once(child, 'message', { signal: ended.signal });
  const end = (): void => ended.abort();
  child.once('exit', end);
  try {
    return (await message) as [Message];
  } finally {
    child.off('exit', end);
  }
}

async function listening(url: string): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (performance.now() < endMs) {
    const answer = await fetch(`${url}/livez`).catch(() => undefined);
    if (answer?.status === 200) return;
    await pause(200);
  }
  throw new Error('Plimsoll does not answer within 30 s');
}

interface Looking {
  readonly minute: number;
  readonly plimsoll: ChildProcess;
  readonly askers: Askers;
  readonly telemetry: string;
}

async function look({ minute, plimsoll, askers, telemetry }: Looking): Promise<Minute> {
  const page = await (await fetch(`${telemetry}/metrics`)).text();
  const probed = messageOf<Probed>(plimsoll);
  plimsoll.send('memory');
  return {
    minute,
    ...(await probed)[0],
    ...askers.take(),
    series: sumOf(page, /^plimsoll_store_series (\S+)$/gm),
    up: sumOf(page, /^plimsoll_targets\{[^}]*state="up"\} (\S+)$/gm),
    down: sumOf(page, /^plimsoll_targets\{[^}]*state="down"\} (\S+)$/gm),
  };
}

function sumOf(page: string, pattern: RegExp): number {
  let sum = 0;
  for (const [, value] of page.matchAll(pattern)) sum += Number(value);
  return sum;
}
