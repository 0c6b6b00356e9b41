// Names of DCGM exporter's families.

// Fields (DCGM_FI_), and what the exporter derives itself (DCGM_EXP_); `-o` writes both in lower case.
const PREFIXES = ['DCGM_FI_', 'DCGM_EXP_'];

/** The name as the current namespace writes it: the exporter's option `-o` gives the same names in lower case. */
export function currentName(family: string): string {
  return family.startsWith('dcgm_') ? family.toUpperCase() : family;
}

export function isDcgmFamily(family: string): boolean {
  const name = currentName(family);
  return PREFIXES.some((prefix) => name.startsWith(prefix));
}
