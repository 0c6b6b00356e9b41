// The write that a raw GPU line feeds: canonical name, labels and scale.
import { scaleOf } from '../lib/scale.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { RowWrite } from '../model/line.ts';
import type { SourceName, Target } from '../model/target.ts';
import { isSentinel, isSentinelOrZero } from './blank.ts';
import type { Meaning } from './canonical.ts';

/** Which GPU a line is about; undefined and empty parts are left out of the labels. */
export interface GpuLabels {
  readonly gpu?: string | undefined;
  readonly uuid?: string | undefined;
  readonly migProfile?: string | undefined;
  readonly migId?: string | undefined;
  /** Node that the line names. */
  readonly node?: string | undefined;
  /** Code of the errors counted, where they are counted by code. */
  readonly xid?: string | undefined;
}

// The target is the exporter: its pod does not own the GPU. Owners come by the fact gpu_owner alone.
const HIDDEN = ['namespace', 'pod', 'container'];

/** The canonical write of one line, or none when the line does not say which GPU it is about. */
export function canonicalWrites(row: { meaning: Meaning; gpu: GpuLabels; source: SourceName; target: Target }): readonly RowWrite[] {
  const { meaning, gpu, source, target } = row;
  if (!gpu.uuid && !gpu.gpu) return [];
  const labels = new Map<string, string>([[METRIC_NAME, meaning.series.name]]);
  const named = {
    gpu: gpu.gpu,
    uuid: gpu.uuid,
    mig_profile: gpu.migProfile,
    mig_id: gpu.migId,
    // The target's own label is better known.
    node: target.labels.get('node') ? undefined : gpu.node,
    source,
    xid: gpu.xid,
  };
  for (const [name, value] of Object.entries(named)) {
    if (value) labels.set(name, value);
  }
  for (const name of HIDDEN) labels.set(name, '');
  const isBlank = meaning.series.zeroIsBlank === true ? isSentinelOrZero : isSentinel;
  return [{ labels, scale: scaleOf(meaning.scale), isBlank }];
}
