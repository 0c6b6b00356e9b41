// Quantities as the metrics API writes them.

const POWERS: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9 };

/** Throws for what is no decimal quantity below 10^12. */
export function parseQuantity(text: string): number {
  const groups = /^(?<mantissa>-?\d+)(?<suffix>[numkMG]?)$/.exec(text)?.groups;
  const power = POWERS[groups?.['suffix'] ?? 'none'];
  if (power === undefined) throw new Error(`not a quantity of this size: ${text}`);
  return Number(`${groups?.['mantissa']}e${power}`);
}
