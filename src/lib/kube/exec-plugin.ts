// Credentials that a program makes, as a kubeconfig names it under `exec`.
import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import type { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';

/** The value of the Authorization header, if it makes one. The program runs when its last token is no longer valid, and once for all who ask meanwhile. */
export function execPlugin(user: Pick<User, 'name' | 'exec'>): () => Promise<string | undefined> {
  let asking: Promise<string | undefined> | undefined;
  let auth: ExecAuth | undefined;
  const ask = async (): Promise<string | undefined> => {
    const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
    auth ??= new ExecAuth();
    const options: RequestOptions = { headers: {} };
    await auth.applyAuthentication({ name: user.name, exec: user.exec }, options);
    const header: unknown = Object.entries(options.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    return typeof header === 'string' ? header : undefined;
  };
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
