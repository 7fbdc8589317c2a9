/**
 * What became of a call whose answer was lost: looked up where the provider's document says how, and never tried again.
 *
 * @module
 */

import { QueryError } from '../errors.ts';
import { reworded } from '../http/failure.ts';
import { redactUrl } from '../http/trace/redact.ts';
import type { Confirm, Method, Resource } from '../registry/resource.ts';
import type { MethodCall } from '../request/build.ts';
import { own, type ResultSet, type Row, type Value } from '../values.ts';
import type { ExecuteContext } from './outcome.ts';
import type { PreparedCall } from './provider.ts';
import { resultColumns } from './result-columns.ts';

/** What a list of the resource shows of the object that the call was to make. */
type Sighting =
  | { readonly kind: 'there'; readonly result: ResultSet }
  | { readonly kind: 'absent' }
  /** Another object has its name. */
  | { readonly kind: 'other' }
  /** Nobody can say, or could. */
  | { readonly kind: 'unknown'; readonly reason?: string };

/**
 * The result of a call that failed with `error`, where it was carried out all the same.
 *
 * @throws QueryError the error itself, or what has become known of it
 */
export async function resultOfLost(
  call: PreparedCall,
  error: QueryError,
  resource: Resource,
  context: ExecuteContext,
): Promise<ResultSet> {
  const { confirm } = call.method;
  const sighting: Sighting = confirm === undefined ? { kind: 'unknown' } : await look(call, confirm, resource, context);
  const description = `${call.request.method} ${redactUrl(call.request.url, [])}`;
  const shown = confirm === undefined ? '' : identity(call.call, confirm);
  switch (sighting.kind) {
    case 'there':
      context.onNotice(`The answer to ${description} was lost. It was carried out: ${confirm?.method} shows ${shown}.`);
      return sighting.result;
    case 'absent':
      throw notDone(error, `${confirm?.method} shows no ${shown}`, RUN_AGAIN);
    case 'other':
      throw notDone(error, `${shown} is another one’s already`, 'Choose another name for it.');
    case 'unknown':
      context.onNotice(unknownNotice(description, sighting));
      throw error;
  }
}

/** Of two with one name the server refuses the second. */
const RUN_AGAIN = 'Run it again: should a slow server carry out the first after all, the second is refused.';

function unknownNotice(description: string, { reason }: Sighting & { readonly kind: 'unknown' }): string {
  const lookUp = reason === undefined ? '' : `, and looking it up failed too (${reason.replace(/\.$/, '')})`;
  return `Whether ${description} was carried out is not known: the answer was lost${lookUp}. SELECT before trying again.`;
}

/** Reading is safe, so the client tries as often as for any SELECT. */
async function look(
  call: PreparedCall,
  confirm: Confirm,
  resource: Resource,
  { provider, signal, statement }: ExecuteContext,
): Promise<Sighting> {
  const method = resource.methods.find(({ name }) => name === confirm.method);
  const { body = {}, parameters } = call.call;
  const isNamed = confirm.match.every((name) => isGiven(own(body, name)));
  if (method === undefined || !isNamed || signal?.aborted === true) return { kind: 'unknown' };
  try {
    const [reading] = await provider.prepare([{ method, parameters: taken(method, parameters) }], statement);
    const found = (await reading?.send(signal))?.result ?? { columns: [], rows: [] };
    return sightingIn(found, call, confirm);
  } catch (failure) {
    if (failure instanceof QueryError) return { kind: 'unknown', reason: failure.message };
    throw failure;
  }
}

function taken({ parameters }: Method, given: MethodCall['parameters']): MethodCall['parameters'] {
  return Object.fromEntries(Object.entries(given).filter(([name]) => parameters.some((one) => one.name === name)));
}

function sightingIn(found: ResultSet, { call, method }: PreparedCall, { match, same }: Confirm): Sighting {
  const { body = {} } = call;
  const valueIn = (row: Row, name: string): Value =>
    row[found.columns.findIndex((column) => column.name === name)] ?? null;
  const agrees = (row: Row, names: readonly string[]): boolean =>
    names
      .filter((name) => isGiven(own(body, name)))
      .every((name) => textOf(own(body, name)) === textOf(valueIn(row, name)));
  const row = found.rows.find((each) => agrees(each, match));
  if (row === undefined) return { kind: 'absent' };
  if (!agrees(row, same)) return { kind: 'other' };
  const columns = resultColumns(method);
  return { kind: 'there', result: { columns, rows: [columns.map(({ name }) => valueIn(row, name))] } };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Such as `kid "key-2026"`. */
function identity({ body = {} }: MethodCall, { match }: Confirm): string {
  return match.map((name) => `${name} ${JSON.stringify(textOf(own(body, name)).slice(0, 100))}`).join(', ');
}

/** The same failure, of which is known now that it changed nothing. */
function notDone(error: QueryError, why: string, hint: string): QueryError {
  const message = `${error.message} It was not carried out: ${why}.`;
  return reworded(error, message, { hint, cause: error, mayHaveHappened: false });
}
