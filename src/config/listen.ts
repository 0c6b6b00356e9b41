// Addresses to listen on.

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const LISTEN = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]\s]*)):(?<port>\d{1,5})$/;

/** `host:port`, `[ipv6]:port` or `:port` (all addresses); undefined when the text is none of them. */
export function parseListen(text: string): ListenAddress | undefined {
  const groups = LISTEN.exec(text)?.groups;
  const port = Number(groups?.['port']);
  if (groups === undefined || port > 65_535) return undefined;
  return { host: groups['ipv6'] ?? (groups['host'] || '0.0.0.0'), port };
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
