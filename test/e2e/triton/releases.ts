// The releases of Triton that PyPI has, packed for CPUs in `nvidia-pytriton`; each marks a change of the exposition.

export interface Release {
  /** Version of the package. */
  readonly pytriton: string;
  /** Version that the server says. */
  readonly triton: string;
  /** Release of the container that has the same server. */
  readonly container: string;
}

/** The newest that PyPI has. */
export const NEWEST: Release = { pytriton: '0.7.0', triton: '2.51.0', container: '24.10' };
/** Failures have no reason yet. */
export const WITHOUT_REASONS: Release = { pytriton: '0.5.5', triton: '2.44.0', container: '24.03' };
/** What a full queue refuses stays in the pending gauge for ever. */
export const WITH_LEAK: Release = { pytriton: '0.4.2', triton: '2.39.0', container: '23.10' };
/** There is no pending gauge yet. */
export const WITHOUT_PENDING: Release = { pytriton: '0.3.1', triton: '2.36.0', container: '23.07' };
