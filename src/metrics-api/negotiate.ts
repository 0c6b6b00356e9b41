// Which form of an answer a client takes (RFC 9110 section 12.5.1), and whether a person will read it.

interface MediaRange {
  readonly type: string;
  /** Without `q` and `charset`, sorted, lower case. */
  readonly parameters: string;
  readonly quality: number;
}

/** Parameters that name a form of object; a range with them takes that form only. */
const FORM_PARAMETERS = new Set(['as', 'g', 'v']);

/** The offer (a media type with parameters) that the Accept header likes best, or undefined when it takes none. Without the header: the last offer, the plain one. */
export function negotiate(accept: string | undefined, offers: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === '') return offers.at(-1);
  const ranges = accept.split(',').map(mediaRange);
  ranges.sort((one, other) => other.quality - one.quality);
  for (const range of ranges) {
    const offer = range.quality > 0 ? offers.find((candidate) => takes(range, mediaRange(candidate))) : undefined;
    if (offer !== undefined) return offer;
  }
  return undefined;
}

function mediaRange(text: string): MediaRange {
  const [type = '', ...rest] = text
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const parameters: string[] = [];
  let quality = 1;
  for (const parameter of rest) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim());
    if (name === 'q') quality = Number(value) || 0;
    if (FORM_PARAMETERS.has(name)) parameters.push(`${name}=${value}`);
  }
  return { type, parameters: parameters.sort().join(';'), quality };
}

function takes(range: MediaRange, offer: MediaRange): boolean {
  if (range.parameters !== offer.parameters) return false;
  return range.type === offer.type || range.type === '*/*' || range.type === `${offer.type.split('/')[0]}/*`;
}

/** Indented for `pretty=true` and for the clients that people type, as kube-apiserver does. */
export function wantsIndent(pretty: string | null, userAgent: string | undefined): boolean {
  if (pretty !== null && pretty !== '') return ['1', 't', 'true'].includes(pretty.toLowerCase());
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(userAgent ?? '');
}
