// What to do about a number that is not there.
import type { AbsentReason } from '../model/signal.ts';

const REMEDIES: Readonly<Record<AbsentReason, string>> = {
  'no-object': 'check the spelling; without a cluster to follow, an object is there only where the labels of a target name it',
  'no-target': 'have a target scraped that speaks of the pod: see scrape_configs, and the relabelling of the job',
  'no-data': 'look at what the target says (plimsoll inspect URL), and at what the metric needs',
  stale: 'see whether the target answers in time, and whether Plimsoll has CPU enough',
  failed: 'mend what the error of the target names; the next good scrape ends this',
  'warming-up': 'wait: the window of a rate has to fill, after a start of Plimsoll or after scrapes that were missed',
  'not-ready': 'wait for the pod or its model to become ready; until then it has no load',
  'undefined-ratio': 'nothing to mend: it has a value with the next request; an HPA keeps its replicas until then',
  'not-finite': 'look at what the target says (plimsoll inspect URL): a counter of it is no number',
  incomplete: 'mend the pods that are missing, below; signals.coverage decides how many may be',
  ambiguous: 'have the exporter say which pod holds the GPU: DCGM_EXPORTER_KUBERNETES=true',
  'over-limit': 'ask about fewer pods, or raise the limit that is named',
};

export function remedyFor(reason: AbsentReason): string {
  return REMEDIES[reason];
}
