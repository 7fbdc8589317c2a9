// Which folder may import which, and the direction among the rooms of a folder. Type imports count like all others: who
// has to read two files to understand either is not helped by the compiler's erasing the arrow. Cycles are Biome's to find.
// Usage: node tools/check-imports.mjs [ROOT], where ROOT holds src/
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** What each folder of src/ may import besides itself; `.` is errors.ts and values.ts. */
const FOLDERS = {
  sql: ['.'],
  registry: ['.', 'sql'],
  plan: ['.', 'sql', 'registry'],
  request: ['.', 'registry'],
  http: ['.', 'registry', 'request'],
  rows: ['.', 'registry', 'request', 'http'],
  engine: ['.', 'sql', 'registry'],
  exec: ['.', 'sql', 'registry', 'plan', 'request', 'http', 'rows', 'engine'],
  okta: ['.'],
  session: ['.', 'sql', 'registry', 'plan', 'request', 'http', 'rows', 'engine', 'exec', 'okta'],
  // Parquet is written by DuckDB.
  output: ['.', 'engine'],
  catalog: ['.', 'sql', 'registry', 'engine'],
  wire: ['.'],
  server: ['.', 'sql', 'exec', 'session', 'wire', 'catalog'],
  audit: ['.', 'sql', 'registry', 'plan', 'http', 'engine', 'exec', 'session', 'output'],
  // It judges the product, so it knows nothing of it.
  simulator: [],
  // What an agent may ask of a session; the command line starts it.
  mcp: ['.', 'sql', 'registry', 'plan', 'http', 'exec', 'okta', 'session', 'output'],
  cli: [
    '.',
    'sql',
    'registry',
    'plan',
    'request',
    'http',
    'rows',
    'engine',
    'exec',
    'okta',
    'session',
    'output',
    'audit',
    'simulator',
    'mcp',
    'wire',
    'server',
    'catalog',
  ],
  // The library is not built on its surfaces.
  '.': ['sql', 'registry', 'plan', 'request', 'http', 'rows', 'engine', 'exec', 'okta', 'session', 'output'],
};

/**
 * The rooms of a folder, from the first to the last: nothing imports what comes after it. Files that stand beside the rooms
 * are contracts (before them) and entries (behind them); those of one step may import each other, rooms of one step not.
 */
const ROOMS = {
  sql: [
    ['statement.ts', 'walk.ts', 'parse-context.ts'],
    ['text'],
    ['block'],
    ['node-sql-parser', 'duckdb-tree'],
    ['select'],
    ['statements'],
    ['parse.ts'],
  ],
  engine: [['*'], ['process']],
  catalog: [
    [
      'contract.ts',
      'facts.ts',
      'types.ts',
      'oids.ts',
      'functions.ts',
      'views.ts',
      'objects.ts',
      'names.ts',
      'answers.ts',
      'render.ts',
    ],
    ['rewrite'],
    ['store.ts', 'world.ts', 'definitions.ts', 'session.ts', 'catalog.ts'],
  ],
  http: [
    ['contract.ts', 'authorized.ts', 'outcome.ts', 'causes.ts', 'signals.ts'],
    ['json-body.ts'],
    ['pacing'],
    ['trace'],
    ['login'],
    ['transport'],
    ['exchange.ts', 'failure.ts', 'retry.ts', 'client.ts'],
    ['paging'],
  ],
  simulator: [
    ['answer.ts', 'errors.ts', 'options.ts', 'paging.ts', 'rate-limit.ts', 'faults.ts'],
    ['org'],
    ['apps'],
    ['strict.ts', 'journal.ts', 'respond.ts'],
    ['api'],
    ['oauth'],
    ['desk.ts', 'callers.ts', 'token-endpoint.ts', 'serve.ts', 'simulator.ts', 'server.ts', 'msw.ts', 'index.ts'],
  ],
  plan: [
    [
      'plan.ts',
      'draft.ts',
      'scope.ts',
      'places.ts',
      'edges.ts',
      'scan-qual.ts',
      'restrict.ts',
      'members.ts',
      'key-members.ts',
      'projection.ts',
      'scan.ts',
      'lists.ts',
      'ways.ts',
      'maximum.ts',
      'filter.ts',
      'ranges.ts',
      'assignments.ts',
      'asked.ts',
      'plain.ts',
      'names.ts',
      'estimate.ts',
      'price.ts',
      'prices.ts',
      'same-place.ts',
      'call.ts',
      'examples.ts',
      'certain.ts',
      'read-only.ts',
      'catalog.ts',
    ],
    ['rules'],
    [
      'rules.ts',
      'query.ts',
      'mutation.ts',
      'update.ts',
      'insert-template.ts',
      'metadata.ts',
      'explain.ts',
      'planner.ts',
    ],
  ],
  audit: [['*'], ['reports'], ['evidence'], ['diff']],
  session: [['version.ts', 'deadline.ts', 'settings.ts', 'quoted-value.ts'], ['login'], ['provider'], ['*']],
  mcp: [
    ['decisions.ts', 'contract.ts', 'failures.ts', 'arguments.ts', 'price.ts'],
    ['results', 'changes'],
    ['tools'],
    ['documents'],
    ['*'],
  ],
  cli: [
    ['configuration', 'compat', 'registry'],
    ['*'],
    ['shell', 'audit'],
    ['commands'],
    ['program.ts', 'run.ts', 'main.ts', 'build-manual.ts'],
  ],
};

const [root = '.'] = process.argv.slice(2);
const src = join(root, 'src');
const problems = sourceFiles(src).flatMap((file) => importsOf(file).flatMap((target) => problemOf(file, target) ?? []));
for (const problem of problems.toSorted()) console.error(problem);
if (problems.length > 0) console.error(`${problems.length} imports against the order in tools/check-imports.mjs`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Paths below src/, with `/`. */
function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith('.ts') ? [relative(src, path).split(sep).join('/')] : [];
  });
}

/** What a file imports of src/. Biome keeps each import in a form that this finds. */
function importsOf(file) {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map(([, target]) => posix.normalize(posix.join(posix.dirname(file), target)));
}

function problemOf(file, target) {
  const [from, to] = [folderOf(file), folderOf(target)];
  if (from !== to) {
    if (FOLDERS[from]?.includes(to)) return undefined;
    return `src/${file} imports src/${target}: ${from}/ may import ${list(FOLDERS[from] ?? [])} only`;
  }
  const steps = ROOMS[from];
  if (steps === undefined) return undefined;
  const [place, other] = [placeIn(steps, file), placeIn(steps, target)];
  if (place === undefined) return `src/${file} has no place among the rooms of ${from}/`;
  if (other === undefined) return `src/${target} has no place among the rooms of ${from}/`;
  if (other.step < place.step || other.room === place.room) return undefined;
  if (other.step === place.step && other.isFile && place.isFile) return undefined;
  return `src/${file} imports src/${target}: ${other.room} does not come before ${place.room} in ${from}/`;
}

function folderOf(file) {
  return file.includes('/') ? file.split('/', 1)[0] : '.';
}

/** The room of a file, or its own name, and the step at which it stands. */
function placeIn(steps, file) {
  const [, room, ...rest] = file.split('/');
  const isFile = rest.length === 0;
  const named = steps.findIndex((names) => names.includes(room));
  const step = named === -1 && isFile ? steps.findIndex((names) => names.includes('*')) : named;
  return step === -1 ? undefined : { room, step, isFile };
}

function list(names) {
  return names.length === 0 ? 'nothing' : names.map((name) => (name === '.' ? 'src/*.ts' : `${name}/`)).join(', ');
}
