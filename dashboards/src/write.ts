// Writes the dashboards: node dashboards/src/write.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboardFiles } from './files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

for (const { path, text } of dashboardFiles()) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}
