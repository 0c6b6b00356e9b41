// A report on the owners of GPUs, for machines and for people.
import type { GpuReport, ReportedGpu } from '../../app/gpu-report.ts';
import { section, withoutControls } from './print.ts';

export function ownersJson({ targets, gpus }: GpuReport): string {
  return `${JSON.stringify({ targets, gpus }, undefined, 2)}\n`;
}

export function ownersText({ targets, gpus }: GpuReport): string {
  const sections = [
    section(
      'targets',
      targets.map(({ instance, source, error }) => `${source.padEnd(10)} ${instance}  ${error ?? 'read'}`),
    ),
    section('gpus', gpus.map(gpuText)),
    section(
      'warnings',
      targets.flatMap(({ instance, warnings }) => warnings.map(({ code, message }) => `${code}: ${instance}: ${message}`)),
    ),
  ];
  return withoutControls(sections.filter((text) => text !== '').join('\n'));
}

function gpuText({ uuid, migId, nodes, reportedBy, owners, candidates }: ReportedGpu): string {
  const name = migId === '' ? uuid : `${uuid} instance ${migId}`;
  const where = nodes.length === 0 ? `reported by ${reportedBy.join(', ')}` : `on ${nodes.join(', ')}`;
  return [
    `${name}  ${where}`,
    ...ownerTexts(owners),
    ...candidates.map(({ namespace, pod, why }) => `ambiguous, may be ${namespace}/${pod}'s: ${why}`),
  ]
    .concat(owners.length + candidates.length === 0 ? ['no owner is known'] : [])
    .join('\n    ');
}

function ownerTexts(owners: ReportedGpu['owners']): string[] {
  const pods = new Set(owners.map(({ namespace, pod }) => `${namespace}/${pod}`));
  const shared = pods.size > 1 ? `, shared by ${pods.size} pods` : '';
  return owners.map(({ namespace, pod, container, evidence }) => {
    const holder = container === '' ? `${namespace}/${pod}` : `${namespace}/${pod} (${container})`;
    return `${holder} by ${evidence}${shared}`;
  });
}
