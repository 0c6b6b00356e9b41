// Targets that are no servers: the machine that a job reads by itself, which has a name and no address.
import type { ScrapeJob } from '../config/schema.ts';
import { quote } from '../lib/quote.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';

const LOCAL: Readonly<Record<ScrapeJob['source'], boolean>> = {
  triton: false,
  dcgm: false,
  kubelet: false,
  llm: false,
  riva: false,
  generic: false,
  tegrastats: true,
  proc: true,
};

export function isLocalSource(source: ScrapeJob['source']): boolean {
  return LOCAL[source];
}

/** It becomes the label `instance`, and a part of the target's id. */
export function isMachine(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$/.test(text);
}

export function notAMachine(text: string): string {
  return `cannot call a machine ${quote(withoutSecrets(text))}: it is no name; write one such as jetson-3, which becomes the label instance`;
}
