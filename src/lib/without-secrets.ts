// Addresses as they may be shown: people put passwords and tokens into them, and logs and errors are read by others.

/** Without what stands before an @, and without the values of a query: `http://user:word@host/path?token=word` is `…@host/path?token=…`. */
export function withoutSecrets(address: string): string {
  return address.replace(/^.*@/s, '…@').replace(/(?<=[?&][^=&\s]*=)[^&\s]+/g, '…');
}
