// How many requests arrive, as a rate that moves with time.

export interface Load {
  /** The rate never passes this; candidates are drawn at it and thinned. */
  readonly maxPerSecond: number;
  /** Expected arrivals per second, `atSeconds` after the fleet began. */
  perSecond(atSeconds: number): number;
}

interface Wave {
  /** Part of the base rate. */
  readonly amplitude: number;
  readonly periodSeconds: number;
}

interface Bursts {
  /** Part of the base rate that a burst adds. */
  readonly amplitude: number;
  readonly everySeconds: number;
  readonly lastSeconds: number;
}

export function constantLoad(perSecond: number): Load {
  return { maxPerSecond: perSecond, perSecond: () => perSecond };
}

/** A base rate under sine waves and regular bursts; never below zero. */
export function movingLoad(options: { readonly basePerSecond: number; readonly waves: readonly Wave[]; readonly bursts: Bursts }): Load {
  const { basePerSecond, waves, bursts } = options;
  let highest = 1 + bursts.amplitude;
  for (const wave of waves) highest += wave.amplitude;
  const perSecond = (atSeconds: number): number => {
    let factor = atSeconds % bursts.everySeconds < bursts.lastSeconds ? 1 + bursts.amplitude : 1;
    for (const wave of waves) factor += wave.amplitude * Math.sin((2 * Math.PI * atSeconds) / wave.periodSeconds);
    return basePerSecond * Math.max(0, factor);
  };
  return { maxPerSecond: basePerSecond * highest, perSecond };
}
