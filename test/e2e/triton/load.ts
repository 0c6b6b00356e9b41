// Closed-loop clients: each sends its next request when the last one is answered, so N clients are N requests in flight.
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Load extends AsyncDisposable {
  /** From now on. Clients that leave finish their request. */
  setConcurrency(clients: number): void;
  /** Requests that were not answered with 200. */
  failures(): number;
}

export interface Work {
  readonly path: string;
  /** Asked anew for each request. */
  readonly body: () => string;
  /** Wait of each client after an answer. */
  readonly pauseMs?: number;
}

/** After a failed request a client waits, lest a dead server be asked in a tight loop. */
const AFTER_FAILURE_MS = 100;

/** Starts without clients; each keeps one connection alive. */
export function createLoad(url: string, { path, body, pauseMs = 0 }: Work): Load {
  const pool = new Pool(url, { pipelining: 1, connections: null });
  const clients: AbortController[] = [];
  const running = new Set<Promise<void>>();
  let failures = 0;

  const isAnswered = async (): Promise<boolean> => {
    try {
      const response = await pool.request({ method: 'POST', path, body: body() });
      await response.body.dump();
      return response.statusCode === 200;
    } catch {
      return false;
    }
  };
  const work = async (leave: AbortSignal): Promise<void> => {
    while (!leave.aborted) {
      const answered = await isAnswered();
      if (!answered) failures += 1;
      const waitMs = answered ? pauseMs : AFTER_FAILURE_MS;
      if (waitMs > 0) await setTimeout(waitMs);
    }
  };
  const setConcurrency = (count: number): void => {
    while (clients.length > count) clients.pop()?.abort();
    while (clients.length < count) {
      const leave = new AbortController();
      clients.push(leave);
      const client = work(leave.signal).finally(() => running.delete(client));
      running.add(client);
    }
  };
  return {
    setConcurrency,
    failures: () => failures,
    [Symbol.asyncDispose]: async () => {
      setConcurrency(0);
      await Promise.all(running);
      await pool.close();
    },
  };
}

/** The newest version unless one is named. */
export function inferPath(model: string, version?: string): string {
  return `/v2/models/${model}${version === undefined ? '' : `/versions/${version}`}/infer`;
}

/** Body of a request that executes for `seconds`, or fails as a negative number asks. Each row is one inference. */
export function inferBody(seconds: number, { rows = 1, parameters = {} }: { rows?: number; parameters?: object } = {}): string {
  const data = Array.from({ length: rows }, () => seconds);
  return JSON.stringify({ parameters, inputs: [{ name: 'DELAY', shape: [rows, 1], datatype: 'FP32', data }] });
}
