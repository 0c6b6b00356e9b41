// Before packing: takes out of package.json what only a checkout needs (a Node of its own, tools, scripts); after packing: puts it back.
// npm packs the package.json that lies there, so it must be changed in place; after an interruption `node build/manifest.js restore` repairs it.
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const manifest = fileURLToPath(new URL('../package.json', import.meta.url));
const kept = fileURLToPath(new URL('../.package.kept.json', import.meta.url));

/** @param {string} text */
function published(text) {
  const { optionalDependencies: _node, devDependencies: _tools, scripts: _scripts, ...rest } = JSON.parse(text);
  return `${JSON.stringify(rest, null, 2)}\n`;
}

if (process.argv[2] === 'strip') {
  copyFileSync(manifest, kept);
  writeFileSync(manifest, published(readFileSync(manifest, 'utf8')));
} else {
  renameSync(kept, manifest);
}
