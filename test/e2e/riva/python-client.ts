// One question of NVIDIA's Python client: it opens its channel as it always does, and asks the health service on it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Question {
  readonly uri: string;
  readonly useSsl: boolean;
  /** Files of PEM. */
  readonly root?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
  readonly timeoutSeconds: number;
}

export interface Answered {
  /** As gRPC names statuses: OK, UNAVAILABLE, … */
  readonly code: string;
  readonly details: string;
}

const PROGRAM = `
import json, sys
import grpc
import riva.client
asked = json.loads(sys.argv[1])
options = [("grpc.enable_http_proxy", 0)]
if asked.get("serverName"):
    options.append(("grpc.ssl_target_name_override", asked["serverName"]))
auth = riva.client.Auth(
    ssl_root_cert=asked.get("root"), use_ssl=asked["useSsl"], uri=asked["uri"],
    ssl_client_cert=asked.get("cert"), ssl_client_key=asked.get("key"), options=options)
check = auth.channel.unary_unary("/grpc.health.v1.Health/Check")
try:
    check(b"", timeout=asked["timeoutSeconds"])
    print(json.dumps({"code": "OK", "details": ""}))
except grpc.RpcError as error:
    print(json.dumps({"code": error.code().name, "details": error.details()}))
`;

const LONGEST_MS = 60_000;

export async function askInPython(python: string, question: Question): Promise<Answered> {
  const { stdout } = await promisify(execFile)(python, ['-c', PROGRAM, JSON.stringify(question)], { timeout: LONGEST_MS });
  return JSON.parse(stdout) as Answered;
}
