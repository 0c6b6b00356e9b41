// Closed-loop clients: each sends its next request when the last one is answered, so N clients are N requests in flight.
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { inferRequest } from './models.ts';

export interface Load extends AsyncDisposable {
  /** From now on. Clients that leave finish their request. */
  setConcurrency(clients: number): void;
  /** Requests that were not answered with 200. */
  failures(): number;
}

/** After a failed request a client waits, lest a dead server be asked in a tight loop. */
const AFTER_FAILURE_MS = 100;

/** Starts without clients; each keeps one connection alive. */
export function createLoad(url: string, { model, delaySeconds }: { model: string; delaySeconds: number }): Load {
  const pool = new Pool(url, { pipelining: 1, connections: null });
  const path = `/v2/models/${model}/infer`;
  const body = inferRequest(delaySeconds);
  const clients: AbortController[] = [];
  const running = new Set<Promise<void>>();
  let failures = 0;

  const isAnswered = async (): Promise<boolean> => {
    try {
      const response = await pool.request({ method: 'POST', path, body });
      await response.body.dump();
      return response.statusCode === 200;
    } catch {
      return false;
    }
  };
  const work = async (leave: AbortSignal): Promise<void> => {
    while (!leave.aborted) {
      if (await isAnswered()) continue;
      failures += 1;
      await setTimeout(AFTER_FAILURE_MS);
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
