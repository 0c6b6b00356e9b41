// The files that dashboards are committed as.
import { dashboardOf } from './dashboard.ts';
import { gpuFleet } from './gpu-fleet.ts';
import { inferenceAutoscaling } from './inference-autoscaling.ts';
import { plimsollItself } from './plimsoll-itself.ts';
import type { DashboardSpec } from './spec.ts';

/** In the order in which they are worth looking at. */
export const DASHBOARDS: readonly DashboardSpec[] = [inferenceAutoscaling, gpuFleet, plimsollItself];

export interface DashboardFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function dashboardFiles(): readonly DashboardFile[] {
  return DASHBOARDS.map((spec) => ({ path: `dashboards/${spec.uid}.json`, text: `${JSON.stringify(dashboardOf(spec), null, 2)}\n` }));
}
