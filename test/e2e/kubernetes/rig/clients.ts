// Clients that ask one question as fast as they are answered.
import { Agent } from 'undici';
import type { Credentials } from '../control-plane/api.ts';
import { quantile } from '../report/figures.ts';
import { cpuSeconds } from './usage.ts';

export interface Rate {
  readonly questions: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of one answer. */
  readonly bytes: number;
  /** Seconds of CPU that each of the processes used. */
  readonly cpu: readonly number[];
}

export interface Asking {
  readonly origin: string;
  readonly path: string;
  readonly caPem: string;
  readonly credentials: Credentials;
  /** Name in the certificate, where it is not the host of the origin. */
  readonly serverName?: string;
  readonly clients: number;
  /** Processes whose CPU time is taken meanwhile. */
  readonly pids?: readonly number[];
  readonly seconds: number;
}

/** Before what is measured: connections are opened, and code that is used is compiled. */
const WARM_MS = 2000;

/** On kept connections, one for each client. Rejects for an answer other than 200. */
export async function askFast({ origin, path, caPem, credentials, serverName, clients, seconds, pids = [] }: Asking): Promise<Rate> {
  const identity = 'token' in credentials ? {} : { cert: credentials.certPem, key: credentials.keyPem };
  const connect = { ca: caPem, ...identity, ...(serverName === undefined ? {} : { servername: serverName }) };
  const headers = 'token' in credentials ? { authorization: `Bearer ${credentials.token}` } : {};
  const agent = new Agent({ connections: clients, connect });
  let bytes = 0;
  const ask = async (): Promise<number> => {
    const startMs = performance.now();
    const { statusCode, body } = await agent.request({ origin, path, method: 'GET', headers });
    const answer = await body.bytes();
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${new TextDecoder().decode(answer).slice(0, 500)}`);
    bytes = answer.length;
    return performance.now() - startMs;
  };
  try {
    await asked(clients, { ask, ms: WARM_MS });
    const cpuFrom = await Promise.all(pids.map(cpuSeconds));
    const startMs = performance.now();
    const tookMs = await asked(clients, { ask, ms: seconds * 1000 });
    const cpuTo = await Promise.all(pids.map(cpuSeconds));
    const passed = (performance.now() - startMs) / 1000;
    const sorted = tookMs.toSorted((one, other) => one - other);
    return {
      questions: sorted.length,
      perSecond: sorted.length / passed,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
      bytes,
      cpu: cpuTo.map((to, index) => to - (cpuFrom[index] ?? 0)),
    };
  } finally {
    await agent.destroy();
  }
}

/** The milliseconds of every answer of so many clients. */
async function asked(clients: number, { ask, ms }: { readonly ask: () => Promise<number>; readonly ms: number }): Promise<number[]> {
  const tookMs: number[] = [];
  const startMs = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - startMs < ms) tookMs.push(await ask());
  };
  await Promise.all(Array.from({ length: clients }, client));
  return tookMs;
}
