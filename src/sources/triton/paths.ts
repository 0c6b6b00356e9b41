// Paths of Triton's HTTP API.
import type { ModelVersion } from '../../model/description.ts';

export function configPath(one: ModelVersion): string {
  return `${pathOf(one)}/config`;
}

export function statisticsPath(one: ModelVersion): string {
  return `${pathOf(one)}/stats`;
}

function pathOf({ model, version }: ModelVersion): string {
  return `/v2/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`;
}
