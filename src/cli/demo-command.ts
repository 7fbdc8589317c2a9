/**
 * `oktaql demo`: SQL on a simulated org in this process.
 *
 * @module
 */

import { generateKeyPairSync } from 'node:crypto';
import { QueryError } from '../errors.ts';
import type { Outcome } from '../exec/outcome.ts';
import { collect } from '../exec/query.ts';
import { createWriter } from '../output/writers.ts';
import type { SessionOptions } from '../session/options.ts';
import { createSession, type Session } from '../session/session.ts';
import { createSimulator, type JournalEntry, type Simulator } from '../simulator/index.ts';
import type { ResultSet, Row, Value } from '../values.ts';
import type { CommandIo } from './command-io.ts';
import { type ExecSettings, execute } from './exec-command.ts';
import { describeError, EXIT } from './report.ts';
import type { Output } from './streams.ts';

const SUBDOMAIN = 'my-org';

/** Runs the given SQL on the demo's org, or tells the story. */
export async function demo(sql: string | undefined, settings: ExecSettings, io: CommandIo): Promise<number> {
  const simulator = createSimulator({ subdomain: SUBDOMAIN });
  const options = simulatedOptions(simulator);
  if (sql !== undefined) return execute(sql, settings, options, io);
  // The story names the org in every statement, so its session needs no default, and the seed statements fail as they should.
  const { subdomain: _ignored, ...withoutDefault } = options;
  const session = createSession(withoutDefault);
  try {
    return await tellStory({ simulator, session, io });
  } finally {
    await session.close();
  }
}

/** What a session on the demo's org is opened with. */
export function demoOptions(): SessionOptions {
  return simulatedOptions(createSimulator({ subdomain: SUBDOMAIN }));
}

function simulatedOptions(simulator: Simulator): SessionOptions {
  return { token: simulator.token, subdomain: SUBDOMAIN, fetch: (request) => simulator.handle(request) };
}

interface Stage {
  readonly simulator: Simulator;
  readonly session: Session;
  readonly io: CommandIo;
}

/** One step of the story. */
interface Scene {
  readonly title: string;
  readonly sql: string;
  /** Whether the statement must fail, and does so before anything is sent. */
  readonly isRefused?: boolean;
}

async function tellStory(stage: Stage): Promise<number> {
  const { simulator, io } = stage;
  io.stdout.write(
    `An org with ${simulator.apps().length} applications, simulated in this process. Nothing leaves this machine.\n`,
  );
  let failures = 0;
  for (const scene of scenes(stage)) {
    io.signal.throwIfAborted();
    const isAsTold = await play(await scene(), stage);
    if (!isAsTold) failures += 1;
  }
  await io.stdout.drained(io.signal);
  return failures === 0 ? EXIT.done : EXIT.failed;
}

/** What the demo ends with. */
export const FAREWELL: string = `
Now you:  npx oktaql demo "SELECT label, signOnMode FROM okta.apps.applications ORDER BY label"
Your org: export OKTA_API_TOKEN=…; npx oktaql exec "SELECT kid, created FROM okta.apps.jwks WHERE subdomain = 'acme'"
`;

const WHOLE_ORG = `subdomain = '${SUBDOMAIN}'`;

/** Later scenes need what earlier ones left behind, so each is made when its turn comes. */
function scenes({ simulator, session }: Stage): readonly (() => Scene | Promise<Scene>)[] {
  const app = simulator
    .apps()
    .find(({ id, status }) => status === 'ACTIVE' && simulator.keys(id).some((key) => key.status === 'ACTIVE'));
  const appId = app?.id ?? '';
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const inApp = `${WHOLE_ORG} AND appId = '${appId}'`;
  const added = async (): Promise<Value> => {
    const { rows } = await session.query(`SELECT id FROM okta.apps.jwks WHERE ${inApp} AND kid = 'demo-2026'`);
    return rows[0]?.[0] ?? null;
  };
  return [
    () => ({
      title: 'Every key of the org, from its name alone',
      sql: `SELECT * FROM okta.apps.jwks WHERE ${WHOLE_ORG} -- required;`,
    }),
    () => ({
      title: 'An INSERT that does not say where',
      sql: `INSERT INTO okta.apps.jwks (subdomain) SELECT '${SUBDOMAIN}';`,
      isRefused: true,
    }),
    () => ({
      title: 'A DELETE of everything',
      sql: `DELETE FROM okta.apps.jwks WHERE ${WHOLE_ORG} --required;`,
      isRefused: true,
    }),
    () => ({
      title: 'An EXEC without its key',
      sql: `EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='${SUBDOMAIN}' --required;`,
      isRefused: true,
    }),
    () => ({
      title: 'Audit: active signing keys older than 90 days, by app',
      sql: `SELECT a.label, j.kid, j.kty, date_diff('day', j.created, now()) AS age_days
FROM okta.apps.applications a
JOIN okta.apps.jwks j ON j.appId = a.id AND j.subdomain = a.subdomain
WHERE a.subdomain = '${SUBDOMAIN}' AND j.status = 'ACTIVE' AND coalesce(j."use", 'sig') = 'sig'
  AND j.created < now() - interval '90 days'
ORDER BY age_days DESC`,
    }),
    () => ({
      title: 'Audit: the same key in more than one app',
      sql: `SELECT kid, count(DISTINCT appId) AS apps FROM okta.apps.jwks WHERE ${WHOLE_ORG} GROUP BY kid HAVING count(DISTINCT appId) > 1`,
    }),
    () => ({
      title: `Rotation: add a new public key to “${app?.label}”`,
      sql: `INSERT INTO okta.apps.jwks (subdomain, appId, kty, use, kid, n, e)
SELECT '${SUBDOMAIN}', '${appId}', 'RSA', 'sig', 'demo-2026', '${n}', '${e}'
RETURNING id, kid, status, created`,
    }),
    async () => ({
      title: 'Okta refuses to delete an active key',
      sql: `DELETE FROM okta.apps.jwks WHERE ${inApp} AND keyId = '${await added()}'`,
      isRefused: true,
    }),
    async () => ({
      title: 'So it is deactivated',
      sql: `EXEC okta.apps.jwks.deactivate_oauth2_client_json_web_key @subdomain='${SUBDOMAIN}', @appId='${appId}', @keyId='${await added()}'`,
    }),
    async () => ({
      title: 'and deleted',
      sql: `DELETE FROM okta.apps.jwks WHERE ${inApp} AND keyId = '${await added()}'`,
    }),
    () => ({
      title: 'A private key is never sent',
      sql: `INSERT INTO okta.apps.jwks (subdomain, appId, kty, n, e, d) SELECT '${SUBDOMAIN}', '${appId}', 'RSA', '${n}', '${e}', 'private'`,
      isRefused: true,
    }),
  ];
}

/** Prints the statement, the requests it caused and what came of it. Whether it went as the story says. */
async function play({ title, sql, isRefused = false }: Scene, { simulator, session, io }: Stage): Promise<boolean> {
  const { stdout, signal } = io;
  stdout.write(`\n── ${title}\n\n${indent(shortenLiterals(sql))}\n\n`);
  simulator.clearJournal();
  try {
    const [statement] = session.script(sql, { signal });
    const outcome = await statement?.run();
    if (outcome !== undefined) await show(outcome, simulator.journal, stdout);
    return !isRefused;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    stdout.write(`${requestLines(simulator.journal)}${indent(shortenLiterals(describeError(error).trimEnd()))}\n`);
    return isRefused;
  } finally {
    await stdout.drained(signal);
  }
}

/** Prints an outcome and closes it. */
async function show(
  { result, isShown, message, close }: Outcome,
  journal: readonly JournalEntry[],
  stdout: Output,
): Promise<void> {
  try {
    const rows = result === undefined ? [] : await collect(result);
    stdout.write(requestLines(journal));
    if (isShown && result !== undefined) stdout.write(`${await excerptOf({ columns: result.columns, rows })}\n`);
    if (message !== undefined) stdout.write(`  ${message}\n`);
  } finally {
    await close();
  }
}

/** The requests, those that differ only in ids as one line. */
function requestLines(journal: readonly JournalEntry[]): string {
  if (journal.length === 0) return '  (no request)\n';
  const kindOf = ({ method, path, query }: JournalEntry): string =>
    `${method} ${path.replace(/\/\w{20}(?=\/)/g, '/…')}${query}`;
  return [...new Set(journal.map(kindOf))]
    .map((kind) => {
      const entries = journal.filter((entry) => kindOf(entry) === kind);
      return `  > ${entries.length > 1 ? `${entries.length} × ` : ''}${kind} → ${statusesOf(entries)}\n`;
    })
    .join('');
}

function statusesOf(entries: readonly JournalEntry[]): string {
  const statuses = [...new Set(entries.map(({ status }) => status))];
  const count = (wanted: number): number => entries.filter(({ status }) => status === wanted).length;
  return statuses.length === 1
    ? String(statuses[0])
    : statuses.map((status) => `${count(status)} × ${status}`).join(', ');
}

const MOST_ROWS = 8;
const MOST_COLUMNS = 7;
const WIDEST_CELL = 28;

/** A corner of the result: the story is read on a screen. */
async function excerptOf({ columns, rows }: ResultSet): Promise<string> {
  const chunks: string[] = [];
  const writer = createWriter('table', { write: async (chunk) => void chunks.push(String(chunk)) });
  await writer.begin(columns.slice(0, MOST_COLUMNS));
  await writer.rows(rows.slice(0, MOST_ROWS).map((row): Row => row.slice(0, MOST_COLUMNS).map(shorten)));
  await writer.end();
  const text = chunks.join('').trimEnd();
  const isCut = rows.length > MOST_ROWS || columns.length > MOST_COLUMNS;
  const closing = `(${rows.length} rows of ${columns.length} columns; a corner is shown)`;
  return indent(isCut ? text.replace(/\(.*\)$/, closing) : text);
}

function shorten(value: Value): Value {
  return typeof value === 'string' && value.length > WIDEST_CELL ? `${value.slice(0, WIDEST_CELL - 1)}…` : value;
}

/** Moduli have 342 characters. */
function shortenLiterals(text: string): string {
  return text.replace(/'([^'\n]{12})[^'\n]{40,}'/g, "'$1…'");
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
