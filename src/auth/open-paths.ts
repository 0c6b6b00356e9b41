// What is answered to everybody: the health checks, and nothing else.
import type { Admission, AdmissionRequest } from '../model/admission.ts';

/** Probes of kubelet carry nothing; k8s.io/apiserver leaves the same paths open, and none below them. */
const OPEN_PATHS = new Set(['/livez', '/readyz', '/healthz']);

export const ANONYMOUS: Admission = { kind: 'admitted', user: 'system:anonymous' };

export function isOpen({ method, target }: Pick<AdmissionRequest, 'method' | 'target'>): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const mark = target.indexOf('?');
  return OPEN_PATHS.has(mark === -1 ? target : target.slice(0, mark));
}
