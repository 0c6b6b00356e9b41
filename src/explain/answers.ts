// /api/plimsoll/answers: what the metrics API answered, to whom and when.
import * as z from 'zod';
import type { Clock } from '../lib/clock.ts';
import { quote } from '../lib/quote.ts';
import { ApiError, type PlimsollRoute } from './app.ts';
import type { AnswerRun, AnswerSearch } from './recorder/search.ts';
import type { FlightRecorder } from './recorder.ts';

export interface AnswersServices {
  /** Undefined where nothing is recorded. */
  readonly recorder: FlightRecorder | undefined;
  readonly clock: Pick<Clock, 'nowMs'>;
}

const PARAMETERS = ['metric', 'namespace', 'object', 'from', 'to', 'at', 'limit'] as const;
type Parameter = (typeof PARAMETERS)[number];

const DEFAULT_LIMIT = 100;
/** Some 400 KiB of JSON. */
const MOST_ANSWERS = 1000;

const time = z.iso.datetime({ offset: true });
const instant = time.transform((text) => Date.parse(text));
const MILLISECONDS = /\.\d/;
/** Kubernetes says times in whole seconds, rounded down: what happened in a second is not after it. */
const lastInstant = time.transform((text) => Date.parse(text) + (MILLISECONDS.test(text) ? 0 : 999));
const limitText = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= MOST_ANSWERS);

export function answersRoute({ recorder, clock }: AnswersServices): PlimsollRoute {
  return {
    path: '/answers',
    usage: '/answers?metric=METRIC&namespace=NAMESPACE&object=RESOURCE/NAME&at=TIME (or from=TIME&to=TIME)&limit=COUNT',
    answer: async ({ query }) => {
      const search = searchOf(query);
      if (recorder === undefined) throw new ApiError(404, 'cannot show answers: none is recorded; set recorder.memory_bytes above 0');
      const { runs, isCut } = recorder.find(search);
      return {
        now: timeText(clock.nowMs()),
        completeSince: timeText(recorder.completeSinceMs),
        answers: runs.map(answerObject),
        isCut,
      };
    },
  };
}

/** Throws an ApiError for what cannot be read. */
function searchOf(query: URLSearchParams): AnswerSearch {
  for (const name of query.keys()) {
    if (!PARAMETERS.some((known) => known === name)) {
      throw refused(`there is no parameter ${quote(name)}; the parameters are ${PARAMETERS.join(', ')}`);
    }
    if (query.getAll(name).length > 1) throw refused(`${name} is given more than once; give it once`);
  }
  const text = (name: Parameter): string | undefined => query.get(name) || undefined;
  const msOf = (name: Parameter, as: z.ZodType<number>): number | undefined =>
    read(name, { text: text(name), as, expected: 'a time such as 2026-03-01T03:12:00Z' });
  const [atMs, fromMs, toMs] = [msOf('at', lastInstant), msOf('from', instant), msOf('to', lastInstant)];
  if (atMs !== undefined && (fromMs ?? toMs) !== undefined) {
    throw refused('at asks for one moment, from and to for what was given between two; leave out one of both');
  }
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs) throw refused('from is later than to; swap them');
  const limit = read('limit', { text: text('limit'), as: limitText, expected: `a whole number from 1 to ${MOST_ANSWERS}` });
  return { metric: text('metric'), ...objectOf(text('object'), text('namespace')), atMs, fromMs, toMs, limit: limit ?? DEFAULT_LIMIT };
}

interface Reading<T> {
  readonly text: string | undefined;
  readonly as: z.ZodType<T>;
  readonly expected: string;
}

function read<T>(name: Parameter, { text, as, expected }: Reading<T>): T | undefined {
  if (text === undefined) return undefined;
  const { success, data } = as.safeParse(text);
  if (!success) throw refused(`${name} is ${quote(text)}; expected ${expected}`);
  return data;
}

/** `deployments.apps/triton`, or with its namespace `deployments.apps/demo/triton`. */
function objectOf(text: string | undefined, namespace: string | undefined): Pick<AnswerSearch, 'object' | 'namespace'> {
  if (text === undefined) return { namespace };
  const [resource, first, second, ...rest] = text.split('/');
  const name = second ?? first;
  if (!resource || !first || !name || rest.length > 0) {
    throw refused(`object is ${quote(text)}; expected RESOURCE/NAME such as deployments.apps/triton or pods/*, or RESOURCE/NAMESPACE/NAME`);
  }
  if (second === undefined) return { object: text, namespace };
  if (namespace !== undefined && namespace !== first) throw refused('object and namespace name two namespaces; name one');
  return { object: `${resource}/${name}`, namespace: first };
}

function refused(why: string): ApiError {
  return new ApiError(400, `cannot look for answers: ${why}`);
}

/** Fields that mean nothing for an answer are left out. */
function answerObject({ firstMs, lastMs, count, user, question, code, said }: AnswerRun): object {
  const { api, metric, ...where } = question;
  return {
    first: timeText(firstMs),
    last: timeText(lastMs),
    count,
    ...filled({ user }),
    api: `${api}.metrics.k8s.io`,
    metric,
    ...filled(where),
    code,
    ...saidObject(said),
  };
}

function filled(texts: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}

function saidObject(said: AnswerRun['said']): object {
  if (said.kind === 'failure') return { failure: { reason: said.reason, message: said.message } };
  const { missing } = said;
  const named = missing.length === 0 ? {} : { missing };
  if (said.kind === 'list') {
    const { objects, values, sum, min, max } = said;
    return { list: { objects, values, ...(values > 0 && { sum, min, max, ...sampled(said) }), ...named } };
  }
  const { value, expected, contributing, estimated } = said;
  return { value: { value, ...sampled(said), expected, contributing, estimated, ...named } };
}

function sampled({ newestMs, windowMs }: { readonly newestMs: number; readonly windowMs: number | undefined }): object {
  return {
    ...(Number.isFinite(newestMs) && { newest: timeText(newestMs) }),
    ...(windowMs !== undefined && { windowSeconds: windowMs / 1000 }),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
