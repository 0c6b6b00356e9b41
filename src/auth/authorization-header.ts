// The Authorization header of a request, if there is exactly one.

export type AuthorizationHeader =
  | { readonly kind: 'none' }
  /** With two of them, whoever stands before us may have looked at the other one. */
  | { readonly kind: 'several' }
  /** The scheme in lower case, and the word after it, whatever follows. */
  | { readonly kind: 'one'; readonly scheme: string; readonly credentials: string };

/** Read as k8s.io/apiserver pkg/authentication/request/bearertoken reads it, but that it takes the first of several. */
export function authorizationHeader(rawHeaders: readonly string[]): AuthorizationHeader {
  const values = rawHeaders.filter((_, position) => position % 2 === 1 && rawHeaders[position - 1]?.toLowerCase() === 'authorization');
  const [value] = values;
  if (value === undefined) return { kind: 'none' };
  if (values.length > 1) return { kind: 'several' };
  const [scheme = '', credentials = ''] = value.trim().split(' ', 2);
  return { kind: 'one', scheme: scheme.toLowerCase(), credentials };
}
