// Changing a number's unit with one rounding: 70 % is 0.7, and not 70 × 0.01 = 0.7000000000000001.

/** A value is multiplied and divided; one of both numbers is 1, so that only the other one rounds. */
export interface Scale {
  readonly times: number;
  readonly dividedBy: number;
}

// The inverse of a decimal fraction such as 0.001 is off by less than this share of it.
const INVERSE_ERROR = 2 ** -51;

/** From a factor as people write it: 0.01 divides by 100, which is a number that a computer has; 0.01 is none. */
export function scaleOf(factor: number): Scale {
  const inverse = Math.round(1 / factor);
  const isInverse = inverse > 1 && Math.abs(inverse * factor - 1) <= INVERSE_ERROR;
  return isInverse ? { times: 1, dividedBy: inverse } : { times: factor, dividedBy: 1 };
}

export function scaled(value: number, { times, dividedBy }: Scale): number {
  return (value * times) / dividedBy;
}
