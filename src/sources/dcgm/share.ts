// Shares of time whose family's name may lie about the unit: one decision per target and family, which does not flap.

/** Takes raw values of one family, returns the ratio; NaN where the unit is not clear. */
export interface ShareReader {
  read(value: number): number;
  /** `lies`: the name is disproved. `unclear`: values contradict the name and prove nothing. */
  readonly verdict: 'as-named' | 'lies' | 'unclear';
}

/**
 * DCGM 4.6 gave the symbol GPU_UTIL_RATIO to its field of integer percents, which DCGM 4.7 made a true ratio: exporter 4.8 with a counter
 * file that names it prints 57 under a `_RATIO` name. And pipelines re-export GPU_UTIL as 0 to 1. So values decide.
 * `isDcgm47`: something else that the target says shows DCGM 4.7 or later.
 */
export function createShareReader({ named, isDcgm47 }: { named: 'percent' | 'ratio'; isDcgm47: () => boolean }): ShareReader {
  return named === 'percent' ? percentReader() : ratioReader(isDcgm47);
}

/**
 * A whole number above 1 shows percents, for good; a fraction below 1 shows a ratio. Until then a 1 is 1 % or 100 %: not known.
 * Any other value is none of both.
 */
function ratioReader(isDcgm47: () => boolean): ShareReader {
  let unit: 'unknown' | 'ratio' | 'percent' = 'unknown';
  let isOdd = false;
  const observe = (value: number): void => {
    if (value > 1 && (isDcgm47() || !Number.isInteger(value))) isOdd = true;
    else if (value > 1) unit = 'percent';
    else if (unit === 'unknown' && (isDcgm47() || !Number.isInteger(value))) unit = 'ratio';
  };
  return {
    read: (value) => {
      observe(value);
      if (value === 0) return 0;
      if (unit === 'percent') return value / 100;
      return unit === 'ratio' && value <= 1 ? value : Number.NaN;
    },
    get verdict() {
      if (unit === 'percent') return 'lies';
      return isOdd ? 'unclear' : 'as-named';
    },
  };
}

/** A fraction below 1 is no percent that DCGM prints, so until a value above 1 shows an average of percents, nothing but 0 is known. */
function percentReader(): ShareReader {
  let isPercent = false;
  let hasFractions = false;
  return {
    read: (value) => {
      if (value > 1) isPercent = true;
      else if (!Number.isInteger(value)) hasFractions = true;
      return isPercent || !hasFractions || value === 0 ? value / 100 : Number.NaN;
    },
    get verdict() {
      return hasFractions && !isPercent ? 'unclear' : 'as-named';
    },
  };
}
