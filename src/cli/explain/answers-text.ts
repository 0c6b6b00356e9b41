// Recorded answers for people: the JSON of /api/plimsoll/answers as text.
import * as z from 'zod';

const time = z.iso.datetime({ offset: true });
const missing = z.array(z.object({ name: z.string(), reason: z.string().optional() })).default([]);
const sampled = { newest: time.optional(), windowSeconds: z.number().optional(), missing };

const answer = z.object({
  first: time,
  last: time,
  count: z.number(),
  user: z.string().default(''),
  api: z.string(),
  metric: z.string(),
  namespace: z.string().default(''),
  object: z.string().default(''),
  labelSelector: z.string().default(''),
  metricLabelSelector: z.string().default(''),
  code: z.number(),
  value: z.object({ value: z.number(), expected: z.number(), contributing: z.number(), estimated: z.boolean(), ...sampled }).optional(),
  list: z
    .object({
      objects: z.number(),
      values: z.number(),
      sum: z.number().optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      ...sampled,
    })
    .optional(),
  failure: z.object({ reason: z.string(), message: z.string() }).optional(),
});

const document = z.object({ now: time, completeSince: time, answers: z.array(answer), isCut: z.boolean() });

type Answer = z.infer<typeof answer>;

/** Several lines, each ended, the newest answer first. Throws a ZodError for what is no answer of the path. */
export function answersText(json: unknown): string {
  const { answers, completeSince, isCut } = document.parse(json);
  const known = `every answer since ${shownTime(completeSince)} is kept`;
  if (answers.length === 0) return `No answer: nobody asked, or it is no longer kept (${known}).\n`;
  const texts = answers.map(answerText);
  const cut = isCut ? ['There are more; ask for a shorter time, or for more with limit.\n'] : [];
  return [...texts, ...cut, `(${known})\n`].join('\n');
}

function answerText(given: Answer): string {
  return [
    `${shownTime(given.last)}  ${questionText(given)}`,
    ...saidLines(given),
    given.count === 1 ? 'given once' : `given ${given.count} times since ${shownTime(given.first)}`,
  ]
    .map((line, index) => (index === 0 ? `${line}\n` : `  ${line}\n`))
    .join('');
}

function questionText({ metric, object, namespace, labelSelector, metricLabelSelector, user }: Answer): string {
  const parts = [
    metric,
    object === '' ? 'as an external metric' : `of ${object}`,
    ...(namespace === '' ? [] : [`in namespace ${namespace}`]),
    ...(labelSelector === '' ? [] : [`with labelSelector ${labelSelector}`]),
    ...(metricLabelSelector === '' ? [] : [`with metricLabelSelector ${metricLabelSelector}`]),
    ...(user === '' ? [] : [`for ${user}`]),
  ];
  return parts.join(' ');
}

function saidLines({ code, value, list, failure }: Answer): readonly string[] {
  if (value !== undefined) return [`${code}  ${shownNumber(value.value)}  (${evidenceOf(value)})`, ...missingLines(value.missing)];
  if (list !== undefined) return [`${code}  ${listText(list)}`, ...missingLines(list.missing)];
  return [failure === undefined ? `${code}` : `${code} ${failure.reason}: ${failure.message}`];
}

function evidenceOf({ expected, contributing, estimated, ...value }: NonNullable<Answer['value']>): string {
  const coverage = `${contributing} of ${expected} pods${estimated ? ', the others estimated' : ''}`;
  return [...sampleWords(value), coverage].join(', ');
}

function listText({ objects, values, sum, min, max, ...list }: NonNullable<Answer['list']>): string {
  if (objects === 0) return 'an empty list: nothing was selected';
  const counts = `${values} of ${objects} have a value`;
  if (sum === undefined || min === undefined || max === undefined) return counts;
  const mean = shownNumber(sum / values);
  return `${counts}: sum ${shownNumber(sum)}, mean ${mean}, least ${shownNumber(min)}, most ${shownNumber(max)}  (${sampleWords(list).join(', ')})`;
}

function sampleWords({
  newest,
  windowSeconds,
}: {
  readonly newest?: string | undefined;
  readonly windowSeconds?: number | undefined;
}): string[] {
  return [
    ...(newest === undefined ? [] : [`newest sample ${shownTime(newest)}`]),
    windowSeconds === undefined ? 'instantaneous' : `over ${windowSeconds} s`,
  ];
}

function missingLines(names: z.infer<typeof missing>): readonly string[] {
  if (names.length === 0) return [];
  return [`missing: ${names.map(({ name, reason }) => (reason === undefined ? name : `${name} (${reason})`)).join(', ')}`];
}

/** Six significant digits: what an HPA scales on has no more. */
function shownNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** To the second, in UTC. */
function shownTime(text: string): string {
  return `${new Date(text).toISOString().slice(0, 19)}Z`;
}
