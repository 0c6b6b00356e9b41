// A DCGM exporter line becomes its canonical write.
import { gpuIdentityOf } from '../../model/gpu-identity.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import type { Target } from '../../model/target.ts';
import { meaningOf } from '../canonical.ts';
import { canonicalWrites } from '../canonical-row.ts';
import { currentName } from './families.ts';

/**
 * Lines that differ in labels left out here (pods, vgpu, hpc_job) feed one row several times a scrape:
 * they repeat one device value, of which the store keeps the largest.
 */
export function compileDcgm(line: Line, target: Target): readonly RowWrite[] {
  const { labels } = line;
  const meaning = meaningOf(currentName(labels.get(METRIC_NAME) ?? ''));
  if (meaning === undefined || meaning.generation === 'triton') return [];
  const gpu = {
    gpu: labels.get('gpu'),
    ...gpuIdentityOf(labels),
    migProfile: labels.get('GPU_I_PROFILE'),
    // `hostname` since exporter 4.8.3.
    host: labels.get('Hostname') || labels.get('hostname'),
  };
  return canonicalWrites({ meaning, gpu, source: 'dcgm', target });
}
