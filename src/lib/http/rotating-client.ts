// Connections that are opened anew when one of the files behind them changes.
import type { Dispatcher } from 'undici';
import type { FileTexts, WatchedFiles } from './watched-files.ts';

/** What one request needs. Take a new one for every request: files may have changed. */
export interface HttpSession {
  readonly dispatcher: Dispatcher;
  /** Value of the Authorization header; a secret. */
  readonly authorization: string | undefined;
  /** Further ones; secrets too. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpClient {
  /** Rejects with an Error in words when a file cannot be read or used; a later call tries again. */
  session(): Promise<HttpSession>;
  /** Ends every connection, requests that are under way included. */
  close(): Promise<void>;
}

/** Opens nothing until the first session. `open` throws an Error in words when the texts are of no use. */
export function createRotatingClient({ files, open }: { files: WatchedFiles; open: (texts: FileTexts) => HttpSession }): HttpClient {
  let current: { readonly texts: FileTexts; readonly session: HttpSession } | undefined;
  const dispatchers = new Set<Dispatcher>();

  /** Requests on the old connections may end in peace. */
  async function retire(dispatcher: Dispatcher): Promise<void> {
    await dispatcher.close();
    dispatchers.delete(dispatcher);
  }

  async function session(): Promise<HttpSession> {
    const texts = await files.read();
    if (current?.texts === texts) return current.session;
    const next = { texts, session: open(texts) };
    dispatchers.add(next.session.dispatcher);
    if (current !== undefined) void retire(current.session.dispatcher);
    current = next;
    return next.session;
  }

  return {
    session,
    close: async () => {
      await Promise.all([...dispatchers].map((dispatcher) => dispatcher.destroy()));
    },
  };
}
