/**
 * All that is wrong with a pack, as far as that can be told without a request.
 *
 * @module
 */

import { AuditFileError, type QueryError, SqlSyntaxError } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { ParameterValue } from '../sql/statement.ts';
import { type Control, type ControlBody, controlsOf } from './control.ts';
import { readPack } from './pack.ts';

type Query = Extract<ControlBody, { readonly kind: 'query' }>;

/** What a check found: how many controls it looked at, and what is wrong, file by file. */
export interface PackCheck {
  readonly controls: number;
  readonly problems: readonly AuditFileError[];
}

/**
 * Looks at a pack's files, and at each query as a session would before its first request.
 *
 * @param name a folder, or the name of a pack that comes with oktaql
 * @param session one that only reads; nothing is sent through it
 * @param org a name that it takes for an org
 */
export async function checkPack(name: string, session: Session, org: string): Promise<PackCheck> {
  const { pack, problems } = readPack(name);
  if (pack === undefined) return { controls: 0, problems };
  const controls = controlsOf(pack);
  const found: AuditFileError[] = [...problems];
  for (const control of controls) found.push(...(await checkControl(control, session, org)));
  return { controls: controls.length, problems: found };
}

async function checkControl(control: Control, session: Session, org: string): Promise<readonly AuditFileError[]> {
  const { body } = control;
  if (body.kind !== 'query') return [];
  const parameters = parametersFor(control, org);
  const found = await session.check(body.text, { parameters });
  if (found.length > 0) return found.map(({ error }) => faultOf(error, control, body));
  const missing = await missingColumns(control, body, (text) => session.check(text, { parameters }));
  return missing.map((column) => {
    const problem = COLUMNS.includes(column)
      ? `the query has no column ${column}: a control returns resource, status, reason and what else it likes`
      : `chart: the query has no column ${column}`;
    return new AuditFileError(problem, { file: control.file, position: body.position });
  });
}

/** What every control returns. */
export const COLUMNS: readonly string[] = ['resource', 'status', 'reason'];

/** A query around the control's tells what columns it has, and is only bound. */
async function missingColumns(
  { chart }: Control,
  { sql }: Query,
  check: (text: string) => Promise<readonly unknown[]>,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const column of [...COLUMNS, ...(chart === undefined ? [] : [chart])]) {
    const problems = await check(`SELECT ${quoted(column)} FROM (\n${sql}\n) AS control`);
    if (problems.length > 0) missing.push(column);
  }
  return missing;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The values that a control's query is bound to. */
export function parametersFor(
  { parameters }: Pick<Control, 'parameters'>,
  org: string,
): Readonly<Record<string, ParameterValue>> {
  const defaults = Object.entries(parameters).map(([name, parameter]) => [name, parameter.default] as const);
  return { ...Object.fromEntries(defaults), subdomain: org };
}

/** The error of a query as one of its file. */
export function faultOf(error: QueryError, { file }: Pick<Control, 'file'>, { position }: Query): AuditFileError {
  const place = error instanceof SqlSyntaxError ? error.position : position;
  return new AuditFileError(error.message.replace(/\.$/, ''), {
    file,
    position: place,
    hint: error.hint,
    cause: error,
  });
}
