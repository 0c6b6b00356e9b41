// Questions one after the other over one connection, counted by how they were answered.
import { Client } from 'undici';

export interface Counts {
  readonly answered: number;
  /** Of them, those that say why there is no number. */
  readonly without: number;
  readonly unanswered: number;
}

export function createAsker(): { ask(url: string): Promise<void>; take(): Counts; close(): Promise<void> } {
  let client: Client | undefined;
  let counts = { answered: 0, without: 0, unanswered: 0 };
  return {
    ask: async (url) => {
      const { origin, pathname, search } = new URL(url);
      client ??= new Client(origin);
      const { statusCode, body } = await client.request({ method: 'GET', path: `${pathname}${search}` });
      await body.dump();
      if (statusCode === 200) counts.answered += 1;
      else if (statusCode === 404) counts = { ...counts, answered: counts.answered + 1, without: counts.without + 1 };
      else counts.unanswered += 1;
    },
    take: () => {
      const taken = counts;
      counts = { answered: 0, without: 0, unanswered: 0 };
      return taken;
    },
    close: async () => client?.close(),
  };
}
