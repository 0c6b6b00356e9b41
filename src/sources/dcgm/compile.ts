// A DCGM exporter line becomes its canonical write.
import { gpuIdentityOf, nodeNamed } from '../../model/gpu-identity.ts';
import { labelsKey, METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import type { Target } from '../../model/target.ts';
import { type Alias, aliasOf } from '../aliases.ts';
import { type Meaning, meaningOf } from '../canonical.ts';
import { canonicalWrites } from '../canonical-row.ts';
import { currentName, OWN_XID_TOTAL } from './families.ts';
import type { DcgmMemory } from './memory.ts';

/** Where a line is read: the target, its memory, and names that the configuration explains. */
export interface DcgmReading {
  readonly target: Target;
  readonly memory: DcgmMemory;
  readonly aliases: readonly Alias[];
}

/**
 * Lines that differ in labels left out here (pods, vgpu, hpc_job) feed one row several times a scrape:
 * they repeat one device value, of which the store keeps the largest.
 */
export function compileDcgm(line: Line, { target, memory, aliases }: DcgmReading): readonly RowWrite[] {
  const { labels } = line;
  const name = currentName(labels.get(METRIC_NAME) ?? '');
  const meaning = aliasOf(labels.get(METRIC_NAME) ?? '', aliases) ?? meaningOf(name);
  const identity = gpuIdentityOf(labels);
  if (meaning === undefined || meaning.generation === 'triton' || identity === undefined) return [];
  const countsXids = name === OWN_XID_TOTAL;
  memory.countsXids ||= countsXids;
  memory.evidence.isDcgm47 ||= hasChangedUnit(meaning) || labels.has(DRIVER_LABEL_SINCE_49);
  const gpu = {
    gpu: labels.get('gpu'),
    ...identity,
    migProfile: labels.get('GPU_I_PROFILE'),
    node: nodeNamed(labels, target.labels),
    xid: countsXids ? labels.get('xid') : undefined,
  };
  return canonicalWrites({ meaning, gpu, source: 'dcgm', target }).map((write) => withMemory(write, { meaning, memory }));
}

/** Exporter 4.9, which brings DCGM 4.7, renamed the label DCGM_FI_DRIVER_VERSION. */
const DRIVER_LABEL_SINCE_49 = 'DCGM_FI_SYSTEM_DRIVER_VERSION';

/** Fields that got another unit with their new name are new in DCGM 4.7; the new names of shares are older, with the old unit. */
function hasChangedUnit({ generation, reading, series }: Meaning): boolean {
  if (generation !== 'dcgm-4.9' || reading !== undefined) return false;
  return series.from.some((family) => family.generation === 'dcgm' && family.scale !== 1);
}

function withMemory(write: RowWrite, { meaning, memory }: { meaning: Meaning; memory: DcgmMemory }): RowWrite {
  switch (meaning.reading) {
    case undefined:
      return write;
    case 'last-code':
      return { ...write, convert: memory.errorsOf(labelsKey(write.labels)) };
    default:
      return { ...write, convert: memory.shareOf(meaning.raw, meaning.reading) };
  }
}
