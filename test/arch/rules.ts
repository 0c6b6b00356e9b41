// The one import table (ARCHITECTURE.md): which stage may import which. `model` and `lib` are open to everybody.

/** What a stage may import besides itself, `model` and `lib`; `type:` allows `import type` only. */
export const IMPORT_RULES: Readonly<Record<string, readonly string[]>> = {
  bin: ['main'],
  main: ['cli'],
  cli: ['app', 'fleet', 'simulate', 'hpa', 'exposition', 'sources'],
  app: ['*'],
  config: [],
  model: [],
  lib: [],
  discovery: [],
  scrape: [],
  exposition: [],
  sources: ['exposition'],
  facts: [],
  store: [],
  promql: [],
  explain: ['signals', 'hpa'],
  signals: ['promql'],
  'metrics-api': ['signals'],
  auth: [],
  tls: [],
  exporter: ['exposition', 'promql'],
  'prometheus-api': ['promql'],
  console: [],
  hpa: [],
  fleet: ['exposition'],
  simulate: ['fleet', 'hpa'],
};

/** Stages that `lib` and `model` keep to: lib imports nothing, model only lib. */
export const OPEN_TO_ALL: Readonly<Record<string, readonly string[]>> = { lib: [], model: ['lib'] };

/** Nobody imports these. */
export const NEVER_IMPORTED = ['app', 'cli', 'main', 'bin'] as const;

/** Literal tables, which may be longer than a file of code. */
export const DATA_TABLES = ['src/signals/catalogue.ts', 'src/sources/canonical.ts', 'src/config/schema.ts'];
