// What answers below /api/plimsoll, handed what it needs.
import { redact } from '../config/redact.ts';
import type { PlimsollRoute } from '../explain/app.ts';
import { explainRoute } from '../explain/explain-route.ts';
import { formatValue, joinSeries, writeLabel } from '../exposition/write.ts';
import type { Clock } from '../lib/clock.ts';
import { formatQuantity } from '../metrics-api/quantity.ts';
import { resourcesWith } from '../metrics-api/resources.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { Plimsoll } from './wire.ts';

export interface RoutesOptions {
  readonly plimsoll: Plimsoll;
  readonly clock: Clock;
}

export function plimsollRoutes({ plimsoll, clock }: RoutesOptions): readonly PlimsollRoute[] {
  const { signals, inventory, evidence, scraper, config } = plimsoll;
  const explain = explainRoute({
    signals,
    inventory,
    evidence,
    book: scraper.book,
    resources: [...resourcesWith(config().kubernetes.owners).values()],
    limits: () => config().limits,
    clock,
    quantityOf: formatQuantity,
    writeLine,
    redact,
  });
  return [explain];
}

/** A line of an exposition, without a value where that is not known. */
function writeLine(labels: Labels, value: number | undefined): string {
  const pairs = [...labels].filter(([name]) => name !== METRIC_NAME).map(([name, text]) => writeLabel(name, text));
  const series = joinSeries(labels.get(METRIC_NAME) ?? '', pairs);
  return value === undefined ? series : `${series} ${formatValue(value)}`;
}
