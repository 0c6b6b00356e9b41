// Which form of an answer a client takes (RFC 9110 section 12.5.1), and whether a person will read it.

interface MediaRange {
  readonly type: string;
  /** Without `q` and `charset`, sorted, lower case. */
  readonly parameters: string;
}

interface QualifiedRange extends MediaRange {
  readonly quality: number;
}

/** A form that an answer can have. */
export interface Offer<Form> {
  readonly form: Form;
  /** As clients ask for it: a media type with parameters. */
  readonly mediaType: string;
  readonly range: MediaRange;
}

export function offerOf<Form>(form: Form, mediaType: string): Offer<Form> {
  return { form, mediaType, range: mediaRange(mediaType) };
}

/** Parameters that name a form of object; a range with them takes that form only. */
const FORM_PARAMETERS = new Set(['as', 'g', 'v']);

/** The offer that the Accept header likes best, of several the first, or undefined when it takes none. Without the header: the first. */
export function negotiate<Form>(accept: string | undefined, offers: readonly Offer<Form>[]): Offer<Form> | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0];
  const ranges = accept.split(',').map(mediaRange);
  ranges.sort((one, other) => other.quality - one.quality);
  for (const range of ranges) {
    const offer = range.quality > 0 ? offers.find((candidate) => takes(range, candidate.range)) : undefined;
    if (offer !== undefined) return offer;
  }
  return undefined;
}

function mediaRange(text: string): QualifiedRange {
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
