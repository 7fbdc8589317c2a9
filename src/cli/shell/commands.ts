/**
 * What the commands do that begin with a backslash.
 *
 * @module
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fixed } from '../../exec/query.ts';
import { type Clock, systemClock } from '../../http/pacing/clock.ts';
import { visibleText } from '../../output/visible-text.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../../output/writers.ts';
import { requiredInputs } from '../../plan/metadata.ts';
import type { Session } from '../../session/session.ts';
import { verbBehindWith } from '../../sql/statements/local-mutation.ts';
import { QUERIES } from '../../sql/text/keywords.ts';
import { isSignificant } from '../../sql/text/token.ts';
import { tokensSoFar } from '../../sql/text/tokens.ts';
import { own, type Row } from '../../values.ts';
import { EXIT } from '../report.ts';
import type { Output } from '../streams.ts';
import { type Catalogue, localTables } from './catalogue.ts';
import { chartOf } from './chart.ts';
import { COMMAND_NAMES, type CommandName, helpText } from './command-names.ts';
import type { Display, DisplaySettings } from './display.ts';
import type { LastResult } from './last-result.ts';
import { fitsPattern, type MetaCommand, parseMetaCommand } from './meta-command.ts';
import type { StatementRunner } from './statements.ts';

/** What follows from a command. */
export type Done =
  | { readonly kind: 'done'; readonly code: number }
  | { readonly kind: 'leave' }
  /** The text that goes on. */
  | { readonly kind: 'edit'; readonly text: string };

export interface CommandTerms {
  readonly session: Session;
  readonly statements: StatementRunner;
  readonly display: Display;
  readonly lastResult: LastResult;
  readonly variables: Map<string, string>;
  readonly documents: () => Pick<Catalogue, 'resourceNames' | 'resource' | 'providers' | 'services'>;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What names of files are relative to. */
  readonly folder: string;
  /** Columns of the screen. */
  readonly columns: () => number;
  /** Lets a program have the terminal; undefined where there is none. */
  readonly lend: (<T>(use: () => Promise<T>) => Promise<T>) | undefined;
  /** Runs a text that holds statements and commands. */
  readonly runText: (text: string, signal: AbortSignal) => Promise<number>;
  readonly clock?: Clock;
}

export interface CommandRun {
  /** Without the backslash. */
  readonly text: string;
  /** The statement so far. */
  readonly buffer: string;
  /** The statement before. */
  readonly last: string | undefined;
  readonly line: number;
  readonly signal: AbortSignal;
}

type Command = (run: CommandRun & MetaCommand, terms: CommandTerms) => Promise<Done> | Done;

const DONE: Done = { kind: 'done', code: EXIT.done };

/** Runs one; what is wrong with it is told. */
export async function runCommand(run: CommandRun, terms: CommandTerms): Promise<Done> {
  const command = parseMetaCommand(run.text);
  const name = own(ALIASES, command.name) ?? COMMAND_NAMES.find((known) => known === command.name);
  if (name === undefined) {
    const fault = `there is no command \\${command.name}`;
    return failed(terms, `${fault}; \\? lists them`);
  }
  return RUN[name]({ ...run, ...command }, terms);
}

const ALIASES: Readonly<Record<string, CommandName>> = {
  help: '?',
  h: '?',
  exit: 'q',
  quit: 'q',
  reset: 'r',
  print: 'p',
  edit: 'e',
  include: 'i',
  out: 'o',
};

function failed({ stderr }: CommandTerms, problem: string): Done {
  stderr.write(`error: ${visibleText(problem)}\n`);
  return { kind: 'done', code: EXIT.failed };
}

const RUN: Readonly<Record<CommandName, Command>> = {
  d: describe,
  dt: listTables,
  df: listMethods,
  x: ({ args: [word] }, terms) => {
    const { expanded } = terms.display.settings();
    const next = word ?? (expanded === 'off' ? 'on' : 'off');
    if (next !== 'on' && next !== 'off' && next !== 'auto') return failed(terms, '\\x takes on, off or auto');
    return set(terms, { expanded: next }, `expanded display is ${next}`);
  },
  timing: ({ args: [word] }, terms) => {
    const isTimed = word === undefined ? !terms.display.settings().isTimed : switched(word);
    if (isTimed === undefined) return failed(terms, '\\timing takes on or off');
    return set(terms, { isTimed }, `timing is ${isTimed ? 'on' : 'off'}`);
  },
  g: async ({ args: [file], buffer, last, line, signal }, terms) => {
    const text = buffer.trim() === '' ? last : buffer;
    if (text === undefined) return failed(terms, 'there is no statement yet to run');
    return { kind: 'done', code: await terms.statements.run({ text, line, signal, file }) };
  },
  o: async ({ args: [file] }, terms) => {
    await terms.display.redirect(file);
    return DONE;
  },
  i: async ({ args: [file], signal }, terms) => {
    if (file === undefined) return failed(terms, '\\i takes a file');
    try {
      return { kind: 'done', code: await terms.runText(await readFile(resolve(terms.folder, file), 'utf8'), signal) };
    } catch (error) {
      if (!isFileError(error)) throw error;
      return failed(terms, `${file} cannot be read: ${error.message}`);
    }
  },
  e: editText,
  p: ({ buffer, last = '' }, terms) => {
    terms.stderr.write(`${buffer.trim() === '' ? last : buffer}\n`);
    return { kind: 'edit', text: buffer };
  },
  r: () => DONE,
  set: ({ args: [name, ...values] }, terms) => {
    if (name === undefined) {
      for (const [key, value] of terms.variables) terms.stderr.write(`${visibleText(`${key} = '${value}'`)}\n`);
      return DONE;
    }
    terms.variables.set(name, values.join(' '));
    return DONE;
  },
  unset: ({ args: [name = ''] }, terms) => {
    terms.variables.delete(name);
    return DONE;
  },
  pset: setDisplay,
  watch,
  chart: async ({ args: [label, value], signal }, terms) => {
    const rows = terms.lastResult.rows();
    if (rows === undefined) return failed(terms, 'there is no result yet to draw');
    const chart = chartOf(rows, { label, value, columns: terms.columns() });
    if ('problem' in chart) return failed(terms, chart.problem);
    await terms.display.showLines(chart.lines, signal);
    return DONE;
  },
  '?': async ({ signal }, terms) => {
    await terms.display.showLines(helpText().trimEnd().split('\n'), signal);
    return DONE;
  },
  q: () => ({ kind: 'leave' }),
};

function set({ display, stderr }: CommandTerms, change: Partial<DisplaySettings>, told: string): Done {
  display.set(change);
  stderr.write(`${told}\n`);
  return DONE;
}

function switched(word: string | undefined): boolean | undefined {
  return word === 'on' ? true : word === 'off' ? false : undefined;
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function setDisplay({ args: [name, value] }: CommandRun & MetaCommand, terms: CommandTerms): Done {
  const { format, hasPager, confirms } = terms.display.settings();
  if (name === undefined) {
    terms.stderr.write(`format ${format}\npager ${onOff(hasPager)}\nconfirm ${onOff(confirms)}\n`);
    return DONE;
  }
  if (name === 'format') {
    const found = OUTPUT_FORMATS.find((known) => known === value);
    if (found === undefined) return failed(terms, `\\pset format takes ${OUTPUT_FORMATS.join(', ')}`);
    return set(terms, { format: found satisfies OutputFormat }, `format is ${found}`);
  }
  const isOn = switched(value);
  if ((name !== 'pager' && name !== 'confirm') || isOn === undefined) {
    return failed(terms, '\\pset takes format with a name, or pager or confirm with on or off');
  }
  return set(terms, name === 'pager' ? { hasPager: isOn } : { confirms: isOn }, `${name} is ${value}`);
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

async function describe({ rest, line, signal }: CommandRun & MetaCommand, terms: CommandTerms): Promise<Done> {
  const name = rest.replace(/\s*;\s*$/, '');
  if (name === '') return listOwn(terms, signal);
  if (name.includes('.')) {
    return { kind: 'done', code: await terms.statements.run({ text: `DESCRIBE EXTENDED ${name}`, line, signal }) };
  }
  const local = (await localTables(terms.session)).find((table) => table.name.toLowerCase() === name.toLowerCase());
  if (local !== undefined) {
    return showRows(
      terms,
      ['name', 'type'],
      local.columns.map((column) => [column.name, column.type]),
      signal,
    );
  }
  const found = terms
    .documents()
    .resourceNames()
    .filter((full) => full.split('.').at(-1) === name.toLowerCase());
  const [only, second] = found;
  if (only === undefined) return failed(terms, `there is no table ${name}; \\dt ${name} looks for it in all names`);
  if (second !== undefined) return failed(terms, `${name} is the name of ${found.join(' and of ')}: write one of them`);
  return { kind: 'done', code: await terms.statements.run({ text: `DESCRIBE EXTENDED ${only}`, line, signal }) };
}

async function listOwn(terms: CommandTerms, signal: AbortSignal): Promise<Done> {
  const { providers, services } = terms.documents();
  const made = (await localTables(terms.session)).map(({ name }) => [name, 'table']);
  const known = providers.flatMap((provider) =>
    services(provider).map((service) => [`${provider}.${service}`, 'service']),
  );
  return showRows(terms, ['name', 'kind'], [...made, ...known], signal);
}

async function listTables(
  { args: [pattern = '*'], signal }: CommandRun & MetaCommand,
  terms: CommandTerms,
): Promise<Done> {
  const { resourceNames, resource } = terms.documents();
  const made = (await localTables(terms.session)).map(({ name }) => [name, 'a table of yours']);
  const known = resourceNames().map((name) => {
    const [provider = '', service = '', last = ''] = name.split('.');
    return [name, resource(provider, service, last)?.description ?? ''];
  });
  return showRows(
    terms,
    ['name', 'description'],
    [...made, ...known].filter(([name = '']) => fitsPattern(name, pattern)),
    signal,
  );
}

function listMethods({ args: [pattern = '*'], signal }: CommandRun & MetaCommand, terms: CommandTerms): Promise<Done> {
  const { resourceNames, resource } = terms.documents();
  const rows = resourceNames().flatMap((name) => {
    const [provider = '', service = '', last = ''] = name.split('.');
    const methods = resource(provider, service, last)?.methods ?? [];
    return methods
      .filter(({ key, unsupported }) => unsupported === undefined && fitsPattern(key, pattern))
      .map((method) => {
        const needed = requiredInputs(method).map((input) => `@${input.name}`);
        return [method.key, method.verb.toUpperCase(), needed.join(', ')];
      });
  });
  return showRows(terms, ['method', 'verb', 'needs'], rows, signal);
}

async function showRows(
  { display }: CommandTerms,
  names: readonly string[],
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<Done> {
  const columns = names.map((name) => ({ name, type: 'VARCHAR' }));
  await display.show(fixed({ columns, rows }).result, signal);
  return DONE;
}

/** Gives the statement so far, or the last one, to the user's editor. */
async function editText({ buffer, last = '' }: CommandRun & MetaCommand, terms: CommandTerms): Promise<Done> {
  const { lend, environment } = terms;
  if (lend === undefined) return failed(terms, '\\e needs a terminal');
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-edit-'));
  const file = join(folder, 'statement.sql');
  try {
    writeFileSync(file, `${buffer.trim() === '' ? ended(last) : buffer}\n`, { mode: 0o600 });
    const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
    const code = await lend(() => runEditor(editor, file, environment));
    if (code !== 0)
      return failed(terms, `the editor (${editor}) ended with ${code ?? 'a signal'}; nothing was changed`);
    return { kind: 'edit', text: readFileSync(file, 'utf8').trimEnd() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** So that it runs when it comes back. */
function ended(statement: string): string {
  return statement === '' ? '' : `${statement};`;
}

/** A shell reads the name, which may have arguments. */
function runEditor(editor: string, file: string, environment: CommandTerms['environment']): Promise<number | null> {
  const child = spawn(`${editor} "$OKTAQL_EDITED"`, {
    shell: true,
    stdio: 'inherit',
    env: { ...environment, OKTAQL_EDITED: file },
  });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', () => resolve(127));
  });
}

/** Seconds between two runs, at least, and for each request that one takes: the org's limit is everybody's. */
const LEAST_SECONDS = 2;
const SECONDS_PER_REQUEST = 1;

async function watch(run: CommandRun & MetaCommand, terms: CommandTerms): Promise<Done> {
  const { args, buffer, last, line, signal } = run;
  const text = buffer.trim() === '' ? last : buffer;
  const asked = Number(args[0] ?? LEAST_SECONDS);
  if (text === undefined) return failed(terms, 'there is no statement yet to watch');
  if (!Number.isFinite(asked) || asked <= 0) return failed(terms, '\\watch takes a number of seconds');
  if (!isReading(text))
    return failed(terms, '\\watch repeats SELECT, SHOW, DESCRIBE and EXPLAIN, and nothing that changes');
  const { clock = systemClock } = terms;
  for (let isFirst = true; ; isFirst = false) {
    const code = await terms.statements.run({ text, line, signal });
    if (code !== EXIT.done || signal.aborted) return { kind: 'done', code };
    const requests = terms.statements.requests();
    const seconds = Math.max(asked, LEAST_SECONDS, requests * SECONDS_PER_REQUEST);
    if (isFirst) terms.stderr.write(`${priceText(seconds, asked, requests)}\n`);
    try {
      await clock.sleep(seconds * 1000, signal);
    } catch {
      return DONE;
    }
  }
}

function priceText(seconds: number, asked: number, requests: number): string {
  const perMinute = Math.round((requests * 60) / seconds);
  const price = requests === 1 ? '1 request' : `${requests} requests`;
  const least = seconds > asked ? `, the least for ${price}` : '';
  return `every ${seconds} s${least}: ${price} each time, ${perMinute} a minute; Ctrl-C ends it`;
}

const READING: ReadonlySet<string> = new Set([...QUERIES, 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN']);

function isReading(text: string): boolean {
  const tokens = tokensSoFar(text).tokens.filter(isSignificant);
  const first = (tokens[0]?.value ?? '').toUpperCase();
  if (first === '(') return true;
  return READING.has(first) && (first !== 'WITH' || verbBehindWith(tokens) === undefined);
}
