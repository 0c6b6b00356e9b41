// A kubelet's line becomes its canonical write: of the pod that it names, or of the node that the target is.
import { scaleOf } from '../../lib/scale.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import type { CanonicalSeries } from '../canonical.ts';
import { KUBELET_SERIES } from './families.ts';

const BY_RAW: ReadonlyMap<string, CanonicalSeries> = new Map(
  KUBELET_SERIES.flatMap((series) => series.from.map(({ raw }) => [raw, series])),
);

/** None for a line without a canonical meaning, and for one about a pod that it does not name. */
export function compileKubelet({ labels }: Line): readonly RowWrite[] {
  const series = BY_RAW.get(labels.get(METRIC_NAME) ?? '');
  if (series === undefined) return [];
  const about = series.name.startsWith('pod_') ? podOf(labels) : NO_POD;
  if (about === undefined) return [];
  return [{ labels: new Map([[METRIC_NAME, series.name], ...about]), scale: scaleOf(1), isBlank: isNoNumber }];
}

/** The target is the kubelet: whatever pod its own labels name is not what a line is about. */
const NO_POD: Labels = new Map([
  ['namespace', ''],
  ['pod', ''],
  ['container', ''],
]);

function podOf(labels: Labels): Labels | undefined {
  const namespace = labels.get('namespace');
  const pod = labels.get('pod');
  return namespace && pod ? new Map([...NO_POD, ['namespace', namespace], ['pod', pod]]) : undefined;
}

function isNoNumber(value: number): boolean {
  return !Number.isFinite(value);
}
