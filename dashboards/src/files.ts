// The files that dashboards are committed as: for people and for Kubernetes.
import { dashboardOf } from './dashboard.ts';
import { gpuFleet } from './gpu-fleet.ts';
import { inferenceAutoscaling } from './inference-autoscaling.ts';
import { plimsollItself } from './plimsoll-itself.ts';
import type { DashboardSpec } from './spec.ts';

/** In the order in which they are worth looking at. */
export const DASHBOARDS: readonly DashboardSpec[] = [inferenceAutoscaling, gpuFleet, plimsollItself];

/** Kustomize reads nothing outside of its folder, so its ConfigMaps are made of copies. */
const FOLDERS = ['dashboards', 'k8s/components/dashboards'];

export interface DashboardFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function dashboardFiles(): readonly DashboardFile[] {
  return DASHBOARDS.flatMap((spec) => {
    const text = `${JSON.stringify(dashboardOf(spec), null, 2)}\n`;
    return FOLDERS.map((folder) => ({ path: `${folder}/${spec.uid}.json`, text }));
  });
}
