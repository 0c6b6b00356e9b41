// How long a piece of work holds the event loop.

/** The longest turn while `work` goes on, in milliseconds of this thread's processor time, so that a busy machine does not count. */
export async function longestTurn(work: Promise<unknown>): Promise<number> {
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let isOver = false;
  let longest = 0;
  let before = cpuMs();
  const turn = (): void => {
    const now = cpuMs();
    longest = Math.max(longest, now - before);
    before = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  isOver = true;
  return longest;
}

/** Collections fall into some rounds and not into all: what is left of the longest turn in each is the work's own. */
const ROUNDS = 3;

/** The longest turn of the round in which it is least, of three rounds of the same work. */
export async function longestTurnOfItsOwn(begin: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) least = Math.min(least, await longestTurn(begin()));
  return least;
}
