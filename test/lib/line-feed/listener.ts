// A listener that writes down what it hears, and lets a test wait for it.
import type { LineListener } from '../../../src/lib/line-feed/line-feed.ts';

export interface Heard extends LineListener {
  readonly said: string[];
  /** Settles when something was said that the text is part of. */
  hears(text: string): Promise<void>;
}

export function listener(): Heard {
  const said: string[] = [];
  const waiting = new Set<{ readonly text: string; readonly done: () => void }>();
  const say = (text: string): void => {
    said.push(text);
    for (const one of waiting) {
      if (!text.includes(one.text)) continue;
      waiting.delete(one);
      one.done();
    }
  };
  return {
    said,
    started: () => say('started'),
    line: (text) => say(`line ${text}`),
    longLine: () => say('long line'),
    failed: (message) => say(`failed: ${message}`),
    hears: (text) =>
      new Promise((done) => {
        if (said.some((one) => one.includes(text))) done();
        else waiting.add({ text, done });
      }),
  };
}
