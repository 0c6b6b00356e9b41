// A KubeClient that asks an ApiState without a network between them.
import { type KubeClient, KubeRefused, KubeUnreachable } from '../../../../src/lib/kube/client.ts';
import { statusMessage } from '../../../../src/lib/kube/words.ts';
import type { ApiState } from './api-state.ts';

export function directClient(state: ApiState, isDown: () => boolean = () => false): KubeClient {
  return {
    server: 'http://direct',
    close: async () => {},
    async request({ path, accept, signal }) {
      if (isDown() || signal.aborted) throw new KubeUnreachable('down');
      const { pathname, searchParams } = new URL(path, 'http://direct');
      const { status, json } = state.list(pathname, searchParams, accept);
      return { status, json: structuredClone(json), bytes: JSON.stringify(json).length };
    },
    async *watch({ path, accept = '', signal, opened }) {
      if (isDown() || signal.aborted) throw new KubeUnreachable('down');
      const { pathname, searchParams } = new URL(path, 'http://direct');
      const queue: (() => unknown)[] = [];
      let wake = (): void => {};
      const push = (next: () => unknown): void => {
        queue.push(next);
        wake();
      };
      const outcome = state.watch(
        { path: pathname, query: searchParams, accept },
        {
          tell: (event) => push(() => event),
          end: (how) =>
            push(() => {
              if (how === 'killed') throw new KubeUnreachable('killed');
              return END;
            }),
        },
      );
      if (typeof outcome !== 'function') throw new KubeRefused(outcome.status, statusMessage(outcome.json) ?? '');
      const abort = (): void =>
        push(() => {
          throw new KubeUnreachable('taken back', { reason: 'aborted' });
        });
      signal.addEventListener('abort', abort, { once: true });
      opened?.();
      try {
        for (;;) {
          const next = queue.shift();
          if (next === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          const event = next();
          if (event === END) return;
          yield structuredClone(event);
        }
      } finally {
        outcome();
        signal.removeEventListener('abort', abort);
      }
    },
  };
}

const END = Symbol('the server ended the watch');
