// Quantities as the metrics API writes them.

const POWERS: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** Throws for what is no decimal quantity. */
export function parseQuantity(text: string): number {
  const groups = /^(?<mantissa>-?\d+)(?<suffix>[numkMGTPE]?)$/.exec(text)?.groups;
  const power = POWERS[groups?.['suffix'] ?? 'none'];
  if (power === undefined) throw new Error(`not a decimal quantity: ${text}`);
  return Number(`${groups?.['mantissa']}e${power}`);
}
