// plimsoll explain: where a number comes from, asked of a running Plimsoll.
import { ZodError } from 'zod';
import { listOf, objectOf } from '../lib/json.ts';
import { quote } from '../lib/quote.ts';
import { UserError } from '../lib/user-error.ts';
import { askServer } from './ask-server.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { answersText } from './explain/answers-text.ts';
import { explanation } from './explain/document.ts';
import { momentOf } from './explain/moment.ts';
import { explanationText, hasValue } from './explain/text.ts';
import { withoutControls } from './inspect/print.ts';
import { type AskedServer, SERVER_FLAGS, SERVER_HELP, serverOf } from './server-access.ts';
import { parseWords } from './words.ts';

const HELP = `plimsoll explain: where a number comes from, or why there is none

Usage: plimsoll explain METRIC --object OBJECT [OPTIONS]

Asks a running Plimsoll what it would answer now, and shows the way down: value, pods, expression, series,
targets, and the lines that the targets say. The exit code is 0 where there is a value, else 1.

OBJECT is deployments.apps/NAMESPACE/NAME (or statefulsets.apps, services, …), pods/NAMESPACE/NAME,
pods/NAMESPACE/* as an HPA asks for pods, nodes/NAME, namespaces/NAME, or external/NAMESPACE for an external metric.

  --object OBJECT        what the metric is asked about
  --selector SEL         pods of pods/NAMESPACE/*, or pods and series of external/NAMESPACE, as in kubectl -l
  --metric-selector SEL  series by labels of the metric: model=bert
  --at TIME              what was answered at that time, from the flight recorder: 2026-03-01T03:12:00Z, or 03:12 (UTC)
  --all                  every pod down to its lines, not only the first ones
  --json                 the answer as it came
${SERVER_HELP}  --help                 this text

Example: plimsoll explain triton_inflight_requests --object deployments.apps/demo/triton
         kubectl -n plimsoll port-forward deployment/plimsoll 9410
`;

export const explain: Command = { name: 'explain', summary: 'show where a number comes from, or why there is none', help: HELP, run };

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseWords('explain', args, [
    ...SERVER_FLAGS,
    { flag: 'object', type: 'string' },
    { flag: 'selector', type: 'string' },
    { flag: 'metric-selector', type: 'string' },
    { flag: 'at', type: 'string' },
    { flag: 'all', type: 'boolean' },
    { flag: 'json', type: 'boolean' },
  ]);
  const [metric, ...more] = positionals;
  if (metric === undefined) throw usageError('explain', 'it needs the name of a metric, and --object');
  if (more.length > 0)
    throw usageError('explain', `one metric at a time, but ${positionals.length} words were given: ${quote(more[0] ?? '')}`);
  const { object, at } = values;
  if (typeof object !== 'string') throw usageError('explain', 'it needs --object, such as deployments.apps/NAMESPACE/NAME');
  const server = serverOf('explain', values);
  const isJson = values['json'] === true;
  const print = (json: unknown, text: () => string): void => io.stdout(isJson ? `${JSON.stringify(json, undefined, 2)}\n` : text());
  if (typeof at === 'string') {
    const json = await askServer({ server, path: '/api/plimsoll/answers', query: answersQuery({ metric, object, at }), stop: io.stop });
    print(json, () => withoutControls(readAs('list of answers', server, () => answersText(json))));
    return listOf(objectOf(json)['answers']).length > 0 ? 0 : 1;
  }
  const json = await askServer({ server, path: '/api/plimsoll/explain', query: explainQuery(metric, object, values), stop: io.stop });
  const data = readAs('explanation', server, () => explanation.parse(json));
  print(json, () => explanationText(data, { all: values['all'] === true }));
  return hasValue(data) ? 0 : 1;
}

/** What the answer is read as; throws a UserError for what is no such thing. */
function readAs<Read>(what: string, { url }: AskedServer, read: () => Read): Read {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ZodError)) throw cause;
    throw new UserError(1, `cannot read the answer of ${quote(url.origin)}: it is no ${what}; is it a Plimsoll of this version?`, {
      cause,
    });
  }
}

function explainQuery(metric: string, object: string, values: Readonly<Record<string, string | boolean | undefined>>): URLSearchParams {
  const query = new URLSearchParams({ metric, object });
  const { selector, 'metric-selector': metricSelector } = values;
  if (typeof selector === 'string') query.set(object.startsWith('external/') ? 'selector' : 'labelSelector', selector);
  if (typeof metricSelector === 'string') query.set('metricLabelSelector', metricSelector);
  return query;
}

/** An external metric has no object: its answers are those of the namespace. */
function answersQuery({ metric, object, at }: { readonly metric: string; readonly object: string; readonly at: string }): URLSearchParams {
  const external = /^external\/(?<namespace>[^/]+)$/.exec(object)?.groups?.['namespace'];
  return new URLSearchParams({ metric, ...(external === undefined ? { object } : { namespace: external }), at: momentOf(at, Date.now()) });
}
