// What people should know of a Riva target: the reason that its last probe told, in plain words.
import { REASONS, type Reason } from '../../lib/grpc/reason.ts';
import { scaleOf } from '../../lib/scale.ts';
import type { Warning } from '../../model/fact.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import { REASON_FAMILY, REASON_LABEL } from './families.ts';
import { WORDS } from './words.ts';

export interface RivaReader {
  /** None: no series means the same elsewhere. */
  compile(line: Line): readonly RowWrite[];
  warnings(): readonly Warning[];
}

/** Remembers of one target which reason its lines told last. */
export function rivaReader(): RivaReader {
  let told: Reason = 'ok';
  /** A write that writes nothing hears each time the line is said; its row is the raw one. */
  const listener = ({ labels }: Line, reason: Reason): RowWrite => ({
    labels,
    scale: scaleOf(1),
    convert: () => {
      told = reason;
      return Number.NaN;
    },
  });
  return {
    compile: (line) => {
      if (line.labels.get(METRIC_NAME) !== REASON_FAMILY) return [];
      const reason = REASONS.find((one) => one === line.labels.get(REASON_LABEL));
      return reason === undefined ? [] : [listener(line, reason)];
    },
    warnings: () => {
      const { what, remedy } = WORDS[told];
      return told === 'ok' ? [] : [{ code: `riva-${told}`, message: `the endpoint ${what}; ${remedy}` }];
    },
  };
}
