// Every canonical series, whoever says it.
import { CANONICAL_SERIES, type CanonicalSeries } from './canonical.ts';
import { KUBELET_SERIES } from './kubelet/families.ts';
import { LLM_SERIES } from './llm/series.ts';
import { MACHINE_SERIES } from './machine.ts';
import { HOST_SERIES } from './triton/host.ts';

export const EVERY_SERIES: readonly CanonicalSeries[] = [
  ...CANONICAL_SERIES,
  ...HOST_SERIES,
  ...KUBELET_SERIES,
  ...LLM_SERIES,
  ...MACHINE_SERIES,
];
