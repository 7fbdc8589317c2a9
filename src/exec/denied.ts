/**
 * Calls of a scan that makes several which have no rows to give. What the API refuses (403) is left out where the statement
 * allows that, never without a word, and never all of it; where it says that there is no such thing, there are no rows.
 *
 * @module
 */

import { HttpError, type NotFoundError, PermissionError } from '../errors.ts';
import type { Assignment } from '../plan/assignments.ts';
import type { Scan } from '../plan/plan.ts';
import type { Method } from '../registry/resource.ts';
import { own } from '../values.ts';

/** A call that was left out. */
export interface DeniedCall {
  /** `absent`: what was asked for does not exist there, by an answer that the documents know. */
  readonly reason: 'denied' | 'absent';
  readonly resource: string;
  /** What it was made with. */
  readonly parameters: Assignment;
  /** Those of the parameters that say which server: they matter where there are several. */
  readonly servers: readonly string[];
}

/** The calls of a scan that makes several. */
export interface FanOut {
  /** A call was answered, with rows or without. */
  answered(): void;
  /** A call was refused. Throws unless it may be left out. */
  denied(error: PermissionError, parameters: Assignment): void;
  /** A call was answered that there is no such thing. */
  absent(parameters: Assignment): void;
  /** All calls were made. Throws where some were refused and none was answered: "no rows" would be a lie. */
  end(): void;
}

/** A scope that the login does not get is a failure of all calls, whichever meets it first. */
export function isDenied(error: unknown): error is PermissionError {
  return error instanceof PermissionError && error.status === 403;
}

/** Whether the documents know the error for an answer that there is no such thing. */
export function isAbsent(error: unknown, { absent = [] }: Method): boolean {
  return (
    error instanceof HttpError &&
    absent.some(({ status, code }) => error.status === status && error.providerCode === code)
  );
}

export function createFanOut(scan: Scan, onDenied: (call: DeniedCall) => void): FanOut {
  const refusals: PermissionError[] = [];
  let hasAnswer = false;
  return {
    answered: () => {
      hasAnswer = true;
    },
    denied: (error, parameters) => {
      const call = leftOut('denied', scan, parameters);
      if (scan.denied !== 'skip') throw explained(error, scan.denied, call);
      refusals.push(error);
      onDenied(call);
    },
    absent: (parameters) => {
      hasAnswer = true;
      onDenied(leftOut('absent', scan, parameters));
    },
    end: () => {
      const [first] = refusals;
      if (first !== undefined && !hasAnswer) throw nothingLeft(first, refusals.length, scan);
    },
  };
}

function leftOut(reason: DeniedCall['reason'], { resource, method }: Scan, parameters: Assignment): DeniedCall {
  const servers = method.parameters.filter(({ location }) => location === 'server').map(({ name }) => name);
  return { reason, resource: resource.name, parameters, servers };
}

function explained(error: PermissionError, denied: Exclude<Scan['denied'], 'skip'>, call: DeniedCall): PermissionError {
  const which = `It is one of several calls, that for ${nameOf(call)}.`;
  const hint = [error.hint, which, DENIED_HINTS[denied]].filter((part) => part !== undefined).join(' ');
  return new PermissionError(error.message, { ...error, hint, cause: error });
}

const DENIED_HINTS: Readonly<Record<Exclude<Scan['denied'], 'skip'>, string>> = {
  fail: '--skip-denied, or SET okta.skip_denied = on, leaves out what is denied where other calls are not, and says so.',
  'fail-for-change': 'What decides about changes is read whole or not at all: skip_denied does not count here.',
};

function nothingLeft(first: PermissionError, count: number, { resource }: Scan): PermissionError {
  const calls = count === 1 ? `The call for ${resource.name} was` : `All ${count} calls for ${resource.name} were`;
  const message = `${calls} denied. To leave out all there is would look like no rows. ${first.message}`;
  return new PermissionError(message, { ...first, cause: first });
}

/** How many of a resource's calls a notice names. */
const MOST_NAMED = 5;
const MOST_MISSING = 10;

/** One notice for each reason that calls were left out for. Scans that share a call count it once. */
export function tellDenied(calls: readonly DeniedCall[], onNotice: (notice: string) => void): void {
  tell(
    calls.filter(({ reason }) => reason === 'denied'),
    DENIED_TEXTS,
    onNotice,
  );
  tell(
    calls.filter(({ reason }) => reason === 'absent'),
    ABSENT_TEXTS,
    onNotice,
  );
}

/** A call for what the statement names, which was answered that there is no such object (404). */
export interface MissingCall extends DeniedCall {
  readonly message: string;
}

export function missingCall(scan: Scan, parameters: Assignment, { message }: NotFoundError): MissingCall {
  return { ...leftOut('absent', scan, parameters), message };
}

/** One notice, however many ids a list has that nothing goes by. */
export function tellMissing(calls: readonly MissingCall[], onNotice: (notice: string) => void): void {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) onNotice(`${only.message} No rows.`);
  else tell(calls, MISSING_TEXTS, onNotice, MOST_MISSING);
}

interface Texts {
  readonly one: string;
  readonly many: string;
}

const DENIED_TEXTS: Texts = {
  one: '1 call was denied (403) and left out; its rows are missing.',
  many: 'calls were denied (403) and left out; their rows are missing.',
};

const ABSENT_TEXTS: Texts = {
  one: '1 call was answered that there is no such thing there, and gave no rows.',
  many: 'calls were answered that there is no such thing there, and gave no rows.',
};

const MISSING_TEXTS: Texts = {
  one: '1 call was answered that there is no such object (404). No rows.',
  many: 'calls were answered that there is no such object (404). No rows of theirs.',
};

function tell(
  calls: readonly DeniedCall[],
  texts: Texts,
  onNotice: (notice: string) => void,
  most: number = MOST_NAMED,
): void {
  const servers = new Set(calls.map(serverOf));
  const names = new Map<string, Set<string>>();
  for (const call of calls) {
    const known = names.get(call.resource) ?? new Set();
    names.set(call.resource, known.add(servers.size > 1 ? fullNameOf(call) : nameOf(call)));
  }
  const count = [...names.values()].reduce((sum, { size }) => sum + size, 0);
  if (count === 0) return;
  const what = count === 1 ? texts.one : `${count} ${texts.many}`;
  const listed = [...names]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, own]) => `${resource}: ${listOf([...own].toSorted(), most)}`);
  onNotice(`${what} ${listed.join('; ')}.`);
}

/** Answers come in any order; the text is the same for all of them. */
function listOf(names: readonly string[], most: number): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Such as `appId=0oa1`. The servers are left out, unless nothing else tells the call from others. */
function nameOf(call: DeniedCall): string {
  const own = Object.entries(call.parameters).filter(([name]) => !call.servers.includes(name));
  return own.length > 0 ? textOf(own) : fullNameOf(call);
}

function fullNameOf({ parameters }: DeniedCall): string {
  return textOf(Object.entries(parameters));
}

function textOf(parameters: readonly (readonly [string, unknown])[]): string {
  return parameters.map(([name, value]) => `${name}=${valueText(String(value))}`).join(' ');
}

function serverOf({ parameters, servers }: DeniedCall): string {
  return servers.map((name) => String(own(parameters, name))).join(' ');
}

/** It reaches a terminal, and may have come from a server. */
function valueText(value: string): string {
  return /^[\w.:@-]+$/.test(value) ? value : JSON.stringify(value);
}

/** The rows of a scan that tells of its denied calls itself, when it ends. */
export async function* tellingDenied<T>(
  read: (onDenied: (call: DeniedCall) => void) => AsyncIterable<T>,
  onNotice: (notice: string) => void,
): AsyncGenerator<T> {
  const denied: DeniedCall[] = [];
  let hasFailed = false;
  try {
    yield* read((call) => denied.push(call));
  } catch (error) {
    hasFailed = true;
    throw error;
  } finally {
    if (!hasFailed) tellDenied(denied, onNotice);
  }
}
