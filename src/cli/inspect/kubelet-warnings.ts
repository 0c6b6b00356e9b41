// What is odd about a kubelet, told from one exposition.
import type { Warning } from '../../model/fact.ts';
import { oldestSampleMs } from '../../model/target.ts';
import { isKubeletFamily } from '../../sources/kubelet/families.ts';
import type { Document } from './document.ts';

/** What a reader of these numbers should know. Ages are told by the newest sample of the text: its own clock cannot be seen in it. */
export function kubeletWarnings({ samples }: Document): readonly Warning[] {
  const timesMs = samples.filter(({ name }) => isKubeletFamily(name)).map(({ timestampMs }) => timestampMs);
  const known = timesMs.filter((timeMs) => !Number.isNaN(timeMs));
  const newestMs = known.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const old = known.filter((timeMs) => newestMs - timeMs > oldestSampleMs('kubelet')).length;
  const warnings: Warning[] = [];
  if (old > 0) warnings.push(oldSamples(old, known.length));
  if (known.length < timesMs.length) warnings.push(NO_TIMES);
  return warnings;
}

function oldSamples(old: number, all: number): Warning {
  const message = `${old} of ${all} samples are more than ${oldestSampleMs('kubelet') / 1000} s older than the newest one: the kubelet’s cAdvisor hangs there; serve leaves them out`;
  return { code: 'old-samples', message };
}

const NO_TIMES: Warning = {
  code: 'no-timestamps',
  message:
    'lines have no time stamps, which every kubelet gives: somebody in between took them away, and a number that is read twice passes for two; scrape the kubelet itself',
};
