// The handle of a test on the process that stands in for the kubelets.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Authority } from '../control-plane/pki.ts';
import { type Block, claimBlock, nodeAddress } from './addresses.ts';
import type { KubeletArguments } from './main.ts';
import type { KubeletIdentity } from './nodes.ts';
import type { Ask, Counts, Fault, Load, PodTruth, Reply, Waits } from './protocol.ts';

export interface Kubelets extends AsyncDisposable {
  readonly pid: number;
  /** The number of the block of addresses that no other run on this machine has, below 255. */
  readonly block: number;
  /** `workload` is `namespace/app`. Settles with the moment on the wall clock at which the clients changed. */
  setLoad(workload: string, load: Load): Promise<number>;
  /** Settles with the moment at which all of them changed. */
  setFault(faulty: { readonly namespace: string; readonly pods: readonly string[]; readonly fault: Fault }): Promise<number>;
  /** What truly is in the ready pods of a workload now. */
  truth(workload: string): Promise<readonly PodTruth[]>;
  /** Of the requests since the load was last set. */
  waits(workload: string): Promise<Waits>;
  counts(): Promise<Counts>;
}

const STOP_MS = 10_000;

export interface KubeletsSpec {
  readonly nodes?: number;
  /** Namespaces whose pods somebody else runs. */
  readonly except?: readonly string[];
}

/** Settles when it follows the pods and has made the nodes. It ends with this process, however that ends. */
export async function startKubelets(controlPlane: ControlPlane, { nodes = 0, except = [] }: KubeletsSpec = {}): Promise<Kubelets> {
  const { server, caPem, authority } = controlPlane;
  // Nodes would each have a name of their own; rights are not what this process is about.
  const identity = await authority.issue({ commonName: 'e2e-kubelets', organization: 'system:masters' });
  const block = await claimBlock();
  const given: KubeletArguments = {
    server,
    caPem,
    ...identity,
    nodes: await identities(nodes, { authority, block }),
    block: block.number,
    except,
  };
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [], { execArgv: [] });
  child.send(given);
  const waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  const started = new Promise<Reply>((resolve, reject) => void waiting.set(0, { resolve, reject }));
  child.on('message', (message: Reply) => {
    waiting.get(message.id)?.resolve(message);
    waiting.delete(message.id);
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`the stand-in for the kubelets ended (${signal ?? code})`));
    waiting.clear();
  });
  await started;
  let lastId = 0;
  const ask = async (wanted: Ask): Promise<Exclude<Reply, { error: string }>> => {
    lastId += 1;
    const id = lastId;
    const reply = await new Promise<Reply>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send({ id, ask: wanted });
    });
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  };
  return {
    pid: child.pid ?? 0,
    block: block.number,
    setLoad: async (workload, load) => (await ask({ do: 'load', workload, load })).atMs,
    setFault: async (faulty) => (await ask({ do: 'fault', ...faulty })).atMs,
    truth: async (workload) => {
      const { value } = await ask({ do: 'truth', workload });
      return value !== undefined && 'length' in value ? value : [];
    },
    waits: async (workload) => {
      const { value } = await ask({ do: 'waits', workload });
      if (value === undefined || !('late' in value)) throw new Error('BUG: no waits');
      return value;
    },
    counts: async () => {
      const { value } = await ask({ do: 'count' });
      if (value === undefined || !('listening' in value)) throw new Error('BUG: no counts');
      return value;
    },
    [Symbol.asyncDispose]: async () => {
      await end(child, () => ask({ do: 'stop' }));
      await block[Symbol.asyncDispose]();
    },
  };
}

/** The cluster's authority signs them, as where kubelets have their certificates from the cluster. */
function identities(count: number, { authority, block }: { authority: Authority; block: Block }): Promise<KubeletIdentity[]> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return Promise.all(
    numbers.map(async (number) => {
      const [name, ip] = [`node-${number}`, nodeAddress(block.number, number)];
      return { name, ip, ...(await authority.issue({ commonName: `system:node:${name}`, hosts: [ip, name] })) };
    }),
  );
}

async function end(child: ChildProcess, askToStop: () => Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await askToStop().catch(() => undefined);
  await exited;
  clearTimeout(impatience);
}
