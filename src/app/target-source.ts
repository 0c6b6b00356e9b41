// How each target is read: over HTTP, or by what its source has instead, which is loaded when the first such target is read.
import type { SourceName } from '../model/target.ts';
import type { HttpSource } from './http-source.ts';
import type { OpenOptions, OtherSource } from './other-source.ts';

type Open = (options: OpenOptions) => Promise<OtherSource>;

/** A source that is no row here is asked over HTTP. */
export const OTHER_SOURCES: Readonly<Partial<Record<SourceName, Open>>> = {
  riva: async (options) => (await import('../sources/riva/source.ts')).createRivaSource(options),
  tegrastats: async (options) => (await import('./tegrastats-source.ts')).openTegrastats(options),
  proc: async (options) => (await import('./proc-source.ts')).openProc(options),
};

export interface TargetSourceOptions extends OpenOptions {
  /** Plimsoll's own, said in the User-Agent. */
  readonly version: string;
  /** Default: `OTHER_SOURCES`. */
  readonly others?: Readonly<Partial<Record<SourceName, Open>>>;
}

/** Opens nothing before it is needed: the client of HTTP is megabytes, and a machine that reads itself has no use for it. */
export function createTargetSource({ others = OTHER_SOURCES, ...options }: TargetSourceOptions): HttpSource {
  let { config } = options;
  let http: Promise<HttpSource> | undefined;
  const opened = new Map<SourceName, Promise<OtherSource>>();
  const overHttp = (): Promise<HttpSource> => {
    http ??= import('./http-source.ts').then(({ createHttpSource }) => createHttpSource({ ...options, config }));
    return http;
  };
  const other = (source: SourceName, open: Open): Promise<OtherSource> => {
    const one = opened.get(source) ?? open({ ...options, config });
    opened.set(source, one);
    return one;
  };
  const all = (): readonly Promise<OtherSource>[] => [...opened.values(), ...(http === undefined ? [] : [http])];
  return {
    fetch: async (target, signal) => {
      const open = others[target.source];
      return await (await (open === undefined ? overHttp() : other(target.source, open))).fetch(target, signal);
    },
    fetchJson: async (request, signal) => await (await overHttp()).fetchJson(request, signal),
    use: (next) => {
      config = next;
      // One that could not be opened has said so to who reads its targets.
      for (const one of all()) void one.then((source) => source.use(next)).catch(() => {});
    },
    close: async () => {
      await Promise.allSettled(all().map(async (one) => (await one).close()));
    },
  };
}
