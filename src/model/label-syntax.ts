// What may be a label's key and value (k8s.io/apimachinery pkg/util/validation: IsQualifiedName, IsValidLabelValue).
import { quote } from '../lib/quote.ts';

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_NAME = 63;
const LONGEST_SUBDOMAIN = 253;

/** What is wrong with a key, or undefined: `name`, or `prefix/name` with a DNS subdomain for a prefix. */
export function validateKey(key: string): string | undefined {
  const slash = key.indexOf('/');
  if (slash === -1) return nameProblem('label key', key);
  const prefix = key.slice(0, slash);
  if (prefix.length > LONGEST_SUBDOMAIN || !SUBDOMAIN.test(prefix)) return `label key ${quote(key)} has a prefix that is no DNS name`;
  return nameProblem('label key', key.slice(slash + 1));
}

/** What is wrong with a value, or undefined. */
export function validateValue(value: string): string | undefined {
  return nameProblem('label value', value);
}

function nameProblem(what: string, name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `${what} ${quote(name)} is longer than ${LONGEST_NAME} characters`;
  if (NAME.test(name)) return undefined;
  return `${what} ${quote(name)} may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit`;
}
