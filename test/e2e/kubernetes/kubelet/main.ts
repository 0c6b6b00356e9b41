// The process that stands in for the kubelets: told what to do by its parent, and ended with it.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../../../src/lib/clock.ts';
import { createApi } from '../control-plane/api.ts';
import { podAddresses } from './addresses.ts';
import { type KubeletIdentity, startNodes } from './nodes.ts';
import { followPods } from './pods.ts';
import type { Answered, Ask, Asked, Reply } from './protocol.ts';
import { PodRunner } from './runner.ts';

/** The first thing that the parent says. */
export interface KubeletArguments {
  readonly server: string;
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
  /** Are made, each with a kubelet that serves `/metrics/resource`. */
  readonly nodes: readonly KubeletIdentity[];
  /** Of the pods' addresses; the parent holds it. */
  readonly block: number;
  /** Namespaces whose pods somebody else runs. */
  readonly except: readonly string[];
}

/** How far simulated time may be behind. */
const STEP_MS = 10;

const [given]: KubeletArguments[] = await once(process, 'message');
if (given === undefined) throw new Error('BUG: nothing was said');
const api = createApi(given.server, { caPem: given.caPem, credentials: given });
const addresses = podAddresses(given.block);
const clock = systemClock();
const warn = (message: string): void => void process.stderr.write(`${message}\n`);
const runner = new PodRunner({ api, addresses, clock, warn, except: given.except });
const nodes = await startNodes(given.nodes, { api, runner });
const stopping = new AbortController();

async function answer(ask: Ask): Promise<Answered | undefined> {
  if (ask.do === 'load') runner.setLoad(ask.workload, ask.load);
  if (ask.do === 'fault') await runner.setFault(ask);
  if (ask.do === 'truth') return runner.truth(ask.workload);
  if (ask.do === 'waits') return runner.waits(ask.workload);
  if (ask.do === 'count') return runner.counts();
  if (ask.do === 'stop') stopping.abort();
  return undefined;
}

function reply(message: Reply): void {
  process.send?.(message);
}

process.on('message', ({ id, ask }: Asked) => {
  answer(ask).then(
    (value) => reply({ id, atMs: Date.now(), ...(value === undefined ? {} : { value }) }),
    (error: unknown) => reply({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());

const following = followPods(api, runner, stopping.signal);
reply({ id: 0, atMs: Date.now() });
while (!stopping.signal.aborted) {
  runner.advance();
  await setTimeout(STEP_MS);
}
await following;
await runner.close();
await nodes.close();
await api[Symbol.asyncDispose]();
process.disconnect();
