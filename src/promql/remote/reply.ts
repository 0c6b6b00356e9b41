// An answer of the API, read with suspicion: what it holds, or in words why nothing of it can be believed.
import { type JsonObject, listOf, objectOf, textOf } from '../../lib/json.ts';
import { quote } from '../../lib/quote.ts';
import type { Annotations } from '../../model/query-engine.ts';
import { outage, type RemoteFault, unusable } from './fault.ts';
import type { RemoteReply } from './transport.ts';

export interface Said extends Annotations {
  readonly data: unknown;
}

/** Throws a RemoteFault for whatever is not a whole and successful answer. */
export function readReply({ status, contentType, text }: RemoteReply, engine: string): Said {
  const json = parsed(text);
  if (json === undefined) throw notJson({ status, contentType, text }, engine);
  if (json['status'] === 'error') throw refused(json, { status, engine });
  if (status !== 200 || json['status'] !== 'success' || !('data' in json)) {
    throw outage({
      engine,
      why: `it answers ${status} with JSON that is not of this API; is its URL right?`,
      mayRetry: MAY_PASS.has(status),
    });
  }
  // As VictoriaMetrics says that one of its stores did not answer.
  if (json['isPartial'] === true)
    throw unusable({ engine, why: 'its answer is partial, for one of its stores did not answer; see its own log' });
  return { data: json['data'], warnings: texts(json['warnings']), infos: texts(json['infos']) };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? objectOf(json) : undefined;
  } catch {
    return undefined;
  }
}

function texts(list: unknown): readonly string[] {
  return listOf(list).flatMap((one) => textOf(one) ?? []);
}

/** What proxies answer while those behind them are restarted. */
const MAY_PASS: ReadonlySet<number> = new Set([502, 503, 504]);

function notJson({ status, contentType, text }: RemoteReply, engine: string): RemoteFault {
  const mayRetry = MAY_PASS.has(status);
  if (status === 401 || status === 403) {
    return outage({ engine, why: `it answers ${status}; are authorization, basic_auth or tls_config of engine.remote right?`, mayRetry });
  }
  if (status >= 500) return outage({ engine, why: `it answers ${status}; its own log says why`, mayRetry });
  if (status === 429)
    return outage({ engine, why: 'it answers 429: it is asked too often; lower max_concurrent, or raise its limit', mayRetry });
  if (status !== 200) return outage({ engine, why: `it answers ${status}; is engine.remote.url right?`, mayRetry });
  if (/html/i.test(contentType)) {
    return outage({ engine, why: 'its answer is a page of HTML; is engine.remote.url right, or is a login in between?', mayRetry });
  }
  const what = text === '' ? 'empty' : 'no JSON, or was cut off';
  return outage({ engine, why: `its answer is ${what}; is engine.remote.url right, or a proxy in between?`, mayRetry });
}

/** By Prometheus's type of error. The message is the engine's own, cut short. */
function refused(json: JsonObject, { status, engine }: { readonly status: number; readonly engine: string }): RemoteFault {
  const type = textOf(json['errorType']) ?? '';
  const message = JSON.stringify((textOf(json['error']) ?? 'no reason given').slice(0, MOST_OF_A_MESSAGE));
  if (type === 'bad_data') {
    return unusable({
      engine,
      why: `it does not take the expression: ${message}; see whether it is PromQL that it knows`,
      failure: 'bad-expression',
    });
  }
  if (type === 'timeout' || type === 'canceled') {
    return unusable({ engine, why: `it gave up after its own time-out: ${message}; is it overloaded?` });
  }
  if (type === 'execution' || status === 422)
    return unusable({ engine, why: `it could not compute the answer: ${message}; see its limits` });
  const why = `it answers ${status} (${quote(type)}): ${message}; its own log says more`;
  return status >= 500 ? outage({ engine, why, mayRetry: MAY_PASS.has(status) }) : unusable({ engine, why });
}

/** Engines name the limit that was passed, or the series that are there twice, somewhere in it. */
const MOST_OF_A_MESSAGE = 300;
