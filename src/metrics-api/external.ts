// external.metrics.k8s.io: one value for the pods of a namespace that a selector leaves.
import { quote } from '../lib/quote.ts';
import type { SignalInfo } from '../model/signal.ts';
import { externalListForm } from './answer.ts';
import type { MetricList } from './list-writer.ts';
import type { ExternalPath } from './paths.ts';
import { externalRuleAnswer } from './rules.ts';
import { parseSelectors } from './selectors.ts';
import type { MetricsApiServices } from './services.ts';
import { metricNotFound, reasonOf, usable } from './unknown.ts';

export interface ExternalRequest {
  readonly path: ExternalPath;
  readonly query: URLSearchParams;
  readonly abortSignal: AbortSignal;
}

/**
 * The ExternalMetricValueList of exactly one item, of a rule of as many as its query gives, or a 404 that says why: also where the selector leaves no pod, because the HPA takes an empty
 * list for a failure without a reason and shows the message of a 404. The name is matched whatever its case, because client-go lower-cases it, and
 * echoed as asked. Rejects with a StatusError or a QueryError.
 */
export async function externalAnswer(
  request: ExternalRequest,
  services: Pick<MetricsApiServices, 'signals' | 'rules'>,
): Promise<MetricList> {
  const { path, query, abortSignal } = request;
  const { namespace, metric } = path;
  const text = query.get('labelSelector');
  const [selector = []] = parseSelectors(query, ['labelSelector']);
  const subject = `namespace ${quote(namespace)}${text ? ` with selector ${quote(text)}` : ''}`;
  const signals = services.signals.list();
  const info = signalCalled(metric, signals);
  if (info === undefined) return await externalRuleAnswer({ path, selector, subject, abortSignal }, services);
  const answer = await services.signals.ofExternal({ signal: info.name, namespace, selector, abortSignal });
  if (!usable(answer)) throw metricNotFound(metric, subject, reasonOf(answer));
  return { form: () => externalListForm(metric, selector), answers: [{ answer }] };
}

/** Of two names that differ in case only, the one that was written. */
function signalCalled(metric: string, signals: readonly SignalInfo[]): SignalInfo | undefined {
  const lowerCase = metric.toLowerCase();
  return signals.find(({ name }) => name === metric) ?? signals.find(({ name }) => name.toLowerCase() === lowerCase);
}
