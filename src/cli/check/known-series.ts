// The series that rules are held against: those of one exposition, or those that a server has.
import type { KnownSeries } from '../../app/adapter/check-rules.ts';
import { selectorsOfRules } from '../../app/adapter/check-rules.ts';
import type { Config } from '../../config/schema.ts';
import { objectOf, textOf } from '../../lib/json.ts';
import { UserError } from '../../lib/user-error.ts';
import type { Labels } from '../../model/labels.ts';
import { askServer } from '../ask-server.ts';
import { type CommandIo, usageError } from '../command.ts';
import { LIMITS, readDocument } from '../inspect/document.ts';
import { readInput } from '../inspect/read-input.ts';
import { serverOf } from '../server-access.ts';
import type { Words } from '../words.ts';

export interface SeriesQuestion {
  readonly file: string;
  readonly config: Config;
  readonly values: Words['values'];
  readonly io: CommandIo;
}

const TIMEOUT_MS = 10_000;

/** Undefined where neither a target nor a server is named. Rejects with a UserError. */
export async function seriesToCheck(question: SeriesQuestion): Promise<KnownSeries | undefined> {
  const { from } = question.values;
  const url = question.values['url'] ?? question.values['server'];
  if (from !== undefined && url !== undefined) throw usageError('check', 'it takes --from or --url, not both');
  if (typeof from === 'string') return await seriesOfTarget(from, question.io);
  return url === undefined ? undefined : await seriesOfServer(question);
}

/** What a target says, with the labels that it would have as a target of a Triton that `serve` is given by URL. */
async function seriesOfTarget(name: string, { stdin, stop }: CommandIo): Promise<KnownSeries> {
  const bytes = await readInput({ name, stdin, stop, maxBytes: LIMITS.bodyBytes, timeoutMs: TIMEOUT_MS });
  const { samples } = readDocument(bytes);
  const assumed: Labels = new Map([
    ['namespace', 'default'],
    ['pod', 'assumed'],
    ['job', 'assumed'],
    ['instance', 'assumed'],
  ]);
  const types = new Map<string, string>();
  for (const { name: family, line } of samples) types.set(family, line.type);
  return { series: samples.map(({ line }) => new Map([...assumed, ...line.labels])), types };
}

/** Conditions asked about in one request: a URL of some kilobytes, which every server takes. */
const MOST_CHARACTERS = 4000;
/** How far back a series counts as there. */
const REACH_MS = 300_000;

async function seriesOfServer({ file, config, values, io }: SeriesQuestion): Promise<KnownSeries> {
  const server = serverOf('check', values);
  const series: Labels[] = [];
  const nowMs = Date.now();
  for (const selectors of inRequests(await selectorsOfRules({ file, config }))) {
    const query = new URLSearchParams(selectors.map((selector): [string, string] => ['match[]', selector]));
    query.set('start', String((nowMs - REACH_MS) / 1000));
    query.set('end', String(nowMs / 1000));
    series.push(...labelsIn(await askServer({ server, path: '/api/v1/series', query, stop: io.stop })));
  }
  return { series, types: new Map() };
}

function inRequests(selectors: readonly string[]): readonly (readonly string[])[] {
  const requests: string[][] = [];
  let length = MOST_CHARACTERS;
  for (const selector of selectors) {
    length += encodeURIComponent(selector).length;
    if (length > MOST_CHARACTERS) {
      requests.push([]);
      length = 0;
    }
    requests.at(-1)?.push(selector);
  }
  return requests;
}

function labelsIn(answer: unknown): readonly Labels[] {
  const { data } = objectOf(answer);
  if (!Array.isArray(data))
    throw new UserError(1, 'cannot read the series of the server: its answer has no list of them; is it a Plimsoll or a Prometheus?');
  return data.map((one) => new Map(Object.entries(objectOf(one)).map(([name, value]) => [name, textOf(value) ?? ''])));
}
