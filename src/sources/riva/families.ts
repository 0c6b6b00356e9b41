// The families that a probe of a gRPC endpoint says.

/** It carries the reason in its label: exactly one holds at a time. */
export const REASON_FAMILY = 'riva_probe_result_info';
export const REASON_LABEL = 'reason';

/** The label of the name that the health service was asked about. */
export const SERVICE_LABEL = 'grpc_service';

const FAMILIES = [
  'riva_reachable',
  REASON_FAMILY,
  'riva_serving',
  'riva_connect_seconds',
  'riva_tls_handshake_seconds',
  'riva_first_call_seconds',
  'riva_tls_chain_verified',
  'riva_certificate_expiry_timestamp_seconds',
] as const;

export type RivaFamily = (typeof FAMILIES)[number];

export function isRivaFamily(family: string): boolean {
  return FAMILIES.some((one) => one === family);
}
