// Shares of time whose family's name may lie about the unit: decided by values, for all that a target says, and it does not flap.

/** Takes raw values of one family, returns the ratio; NaN where the unit is not clear. */
export interface ShareReader {
  read(value: number): number;
  /** `lies`: the name is disproved. `unclear`: values contradict the name, or each other. `open`: nothing shows the unit yet. */
  readonly verdict: 'as-named' | 'lies' | 'unclear' | 'open';
}

/**
 * What a target has shown of the DCGM behind it, which fills all its `_RATIO` fields alike. DCGM 4.6 gave the symbol GPU_UTIL_RATIO to its
 * field of integer percents, which DCGM 4.7 made a true ratio: exporter 4.8 with a counter file that names it prints 57 under a `_RATIO` name.
 */
export interface ShareEvidence {
  /** Something else that the target says shows DCGM 4.7 or later. */
  isDcgm47: boolean;
  /** A `_RATIO` field had a whole number from 2 to 100. */
  hasWholes: boolean;
  /** A `_RATIO` field had a fraction below 1, which no percent of DCGM is. */
  hasFractions: boolean;
}

/** `named`: the unit that the family's name promises. */
export function createShareReader({ named, evidence }: { named: 'percent' | 'ratio'; evidence: ShareEvidence }): ShareReader {
  return named === 'percent' ? percentReader() : ratioReader(evidence);
}

type Unit = 'ratio' | 'percent' | 'contradictory' | 'open';

/** Until something shows the unit a 1 is 1 % or 100 %. Where an exporter shows both units, it was replaced or is none of NVIDIA's. */
function unitOf({ isDcgm47, hasWholes, hasFractions }: ShareEvidence): Unit {
  if (isDcgm47) return 'ratio';
  if (hasWholes && hasFractions) return 'contradictory';
  if (hasWholes) return 'percent';
  return hasFractions ? 'ratio' : 'open';
}

function ratioReader(evidence: ShareEvidence): ShareReader {
  let isOdd = false;
  let hasOnes = false;
  const observe = (value: number): void => {
    if (value === 1) hasOnes = true;
    else if (value > 0 && value < 1) evidence.hasFractions = true;
    else if (value > 1 && value <= 100 && Number.isInteger(value) && !evidence.isDcgm47) evidence.hasWholes = true;
    else if (value !== 0) isOdd = true;
  };
  return {
    read: (value) => {
      observe(value);
      if (value === 0) return 0;
      const most = { ratio: 1, percent: 100, contradictory: 0, open: 0 }[unitOf(evidence)];
      return value > 0 && value <= most ? value / most : Number.NaN;
    },
    get verdict() {
      const unit = unitOf(evidence);
      if (isOdd || unit === 'contradictory') return 'unclear';
      if (unit === 'open') return hasOnes ? 'open' : 'as-named';
      return unit === 'percent' ? 'lies' : 'as-named';
    },
  };
}

/**
 * Pipelines re-export percents as 0 to 1 under the old name. A fraction is no percent that DCGM prints, so until a value from 2 on shows
 * an average of percents, nothing but 0 is known.
 */
function percentReader(): ShareReader {
  let isPercent = false;
  let hasFractions = false;
  let isOdd = false;
  return {
    read: (value) => {
      if (value < 0 || value > 100) isOdd = true;
      else if (value >= 2) isPercent = true;
      else if (!Number.isInteger(value)) hasFractions = true;
      if (value < 0 || value > 100) return Number.NaN;
      return isPercent || !hasFractions || value === 0 ? value / 100 : Number.NaN;
    },
    get verdict() {
      return isOdd || (hasFractions && !isPercent) ? 'unclear' : 'as-named';
    },
  };
}
