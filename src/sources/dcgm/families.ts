// Names of DCGM exporter's families.

// Fields (DCGM_FI_), and what the exporter derives itself (DCGM_EXP_).
const PREFIXES = ['DCGM_FI_', 'DCGM_EXP_'];
/** What the exporter's option `-o` makes of them. Exporter 1.x had names of its own: `dcgm_sm_clock`. */
const LOWER_CASE = /^dcgm_(?:fi|exp)_/;

/** What the exporter counts itself; one series per code, since the first error of that code. */
export const OWN_XID_TOTAL = 'DCGM_EXP_XID_ERRORS_TOTAL';

/** The name as the current namespace writes it. */
export function currentName(family: string): string {
  return LOWER_CASE.test(family) ? family.toUpperCase() : family;
}

export function isDcgmFamily(family: string): boolean {
  return family.startsWith('dcgm_') || PREFIXES.some((prefix) => family.startsWith(prefix));
}
