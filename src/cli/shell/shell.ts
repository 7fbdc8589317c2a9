/**
 * `oktaql shell`: statements one after another, as they are typed or as they come through a pipe.
 *
 * Entry of the room `shell/`. It runs statements through a session as everybody does, and knows nothing of requests or plans.
 *
 * @module
 */

import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PlannedChange } from '../../exec/outcome.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { OutputFormat } from '../../output/writers.ts';
import { methodsFor } from '../../registry/resource.ts';
import type { SessionOptions } from '../../session/options.ts';
import { version } from '../../session/version.ts';
import type { CommandIo } from '../command-io.ts';
import { type Opened, type OpenSettings, withSession } from '../exec-command.ts';
import { count } from '../progress.ts';
import { EXIT } from '../report.ts';
import type { Surroundings } from '../session-options.ts';
import type { Terminal } from '../terminal.ts';
import { type Catalogue, documentNames, engineNames, localTables } from './catalogue.ts';
import { type CommandTerms, type Done, runCommand } from './commands.ts';
import { complete } from './completion.ts';
import { createDisplay, type Display } from './display.ts';
import { historyFile, openHistory } from './history.ts';
import { type Input, readInput } from './input.ts';
import { createLastResult } from './last-result.ts';
import { createPrompt, type Prompt } from './prompt.ts';
import { holdsSecrets } from './secrets.ts';
import { createStatementRunner } from './statements.ts';

export interface ShellSettings extends OpenSettings {
  readonly output: OutputFormat;
  readonly var: Readonly<Record<string, string>>;
  readonly continueOnError?: boolean;
  /** Whether what is typed is kept for the next shell. */
  readonly history?: boolean;
}

export interface ShellTerms {
  readonly settings: ShellSettings;
  readonly options: SessionOptions;
  readonly surroundings: Surroundings;
  readonly io: CommandIo;
}

/**
 * Runs until its input ends, or the user leaves.
 *
 * @returns 0; through a pipe, the exit code of the first statement that fails, after which nothing else runs by default; 130 where
 * Ctrl-C was pressed twice
 */
export async function runShell(terms: ShellTerms): Promise<number> {
  const { settings, options, io } = terms;
  const { terminal } = io;
  // Only an engine of its own can be stopped within one long call of a function, and whoever types wants to go on.
  const isolation = settings.isolation ?? (terminal === undefined ? undefined : 'process');
  const opening = { ...settings, ...(isolation !== undefined && { isolation }) };
  if (terminal === undefined) {
    return withSession(opening, options, io, (opened) => runPiped(opened, terms), true);
  }
  let confirm: (change: PlannedChange) => Promise<boolean> = async () => true;
  const asking: SessionOptions = { ...options, confirm: (change) => confirm(change) };
  const onConfirm = (asked: typeof confirm): void => {
    confirm = asked;
  };
  return withSession(opening, asking, io, (opened) => runTyped(opened, terms, terminal, onConfirm), true);
}

/** What both ways of reading have in common. */
interface Bench {
  readonly display: Display;
  readonly documents: () => ReturnType<typeof documentNames>;
  run(item: Input, signal: AbortSignal): Promise<Done>;
  close(): Promise<void>;
}

interface BenchTerms extends ShellTerms {
  readonly prompt: Prompt | undefined;
  readonly onStatement: (text: string) => void;
}

function createBench(opened: Opened, { settings, surroundings, io, prompt, onStatement }: BenchTerms): Bench {
  const { session, progress } = opened;
  const { terminal, stdout } = io;
  const { stderr } = progress;
  const { environment, workingFolder: folder = '.' } = surroundings;
  const variables = new Map(Object.entries(settings.var));
  const lastResult = createLastResult(session);
  const lend = prompt?.lend ?? ((use) => use());
  const display = createDisplay({
    io: { stdout, stderr },
    terminal,
    environment,
    folder,
    lend,
    settings: { format: settings.output, expanded: 'off', isTimed: false, hasPager: true, confirms: true },
  });
  let names: ReturnType<typeof documentNames> | undefined;
  const documents = (): ReturnType<typeof documentNames> => {
    names ??= documentNames(opened.registry());
    return names;
  };
  const statements = createStatementRunner({
    session,
    progress,
    display,
    lastResult,
    stderr,
    timeoutMs: settings.timeout === undefined ? undefined : settings.timeout * 1000,
    variables: () => Object.fromEntries(variables),
    status: terminal === undefined ? 'none' : isColoured(environment) ? 'dim' : 'plain',
    now: () => performance.now(),
  });
  let last: string | undefined;
  const commandTerms: CommandTerms = {
    session,
    statements,
    display,
    lastResult,
    variables,
    documents,
    stderr,
    environment,
    folder,
    columns: () => terminal?.size().columns ?? 80,
    lend: prompt?.lend,
    runText: (text, signal) => runText(text, signal),
  };
  const run: Bench['run'] = async (item, signal) => {
    if (item.kind === 'statement') {
      last = item.text;
      onStatement(item.text);
      return { kind: 'done', code: await statements.run({ ...item, signal }) };
    }
    if (item.buffer.trim() !== '') onStatement(item.buffer);
    const done = await runCommand({ ...item, last, signal }, commandTerms);
    if (item.buffer.trim() !== '') last = item.buffer.trim();
    return done;
  };
  /** All of a file; up to the first that fails. */
  const runText = async (text: string, signal: AbortSignal): Promise<number> => {
    for (const item of readInput(text, { more: 'no' }).items) {
      const done = await run(item, signal);
      if (done.kind === 'leave') break;
      if (done.kind === 'done' && done.code !== EXIT.done) return done.code;
    }
    return EXIT.done;
  };
  return {
    display,
    documents,
    run,
    close: async () => {
      await display.redirect(undefined);
      await lastResult.drop();
    },
  };
}

/** Statements run as soon as they are there, so that whoever writes may wait for an answer. */
async function runPiped(opened: Opened, terms: ShellTerms): Promise<number> {
  const { io, settings } = terms;
  const { stderr } = opened.progress;
  const bench = createBench(opened, { ...terms, prompt: undefined, onStatement: () => undefined });
  let [text, firstLine] = ['', 1];
  const codes: number[] = [];
  const runAll = async (more: 'yes' | 'no'): Promise<'leave' | 'go-on'> => {
    const read = readInput(text, { more });
    const start = firstLine;
    [text, firstLine] = [read.rest, start + read.restLine - 1];
    for (const item of read.items) {
      const line = item.line + start - 1;
      const done = await bench.run({ ...item, line }, io.signal);
      if (done.kind === 'leave') return 'leave';
      if (done.kind === 'edit') text = `${done.text}\n${text}`;
      if (done.kind !== 'done' || done.code === EXIT.done) continue;
      codes.push(done.code);
      stderr.write(`failed at line ${line}\n`);
      if (settings.continueOnError !== true || io.signal.aborted) return 'leave';
    }
    return 'go-on';
  };
  try {
    const lines = createInterface({ input: io.stdin, crlfDelay: Infinity, signal: io.signal });
    for await (const line of lines) {
      text += `${line}\n`;
      // Nothing ends without one of them, and a long statement is not read anew with each of its lines.
      if (/[;\\]|^\s*(?:help|exit|quit)\s*$/i.test(line) && (await runAll('yes')) === 'leave')
        return codes[0] ?? EXIT.done;
    }
    if (io.signal.aborted) return EXIT.interrupted;
    await runAll('no');
    return codes[0] ?? EXIT.done;
  } finally {
    io.stdin.pause();
    await bench.close();
  }
}

async function runTyped(
  opened: Opened,
  terms: ShellTerms,
  terminal: Terminal,
  onConfirm: (confirm: (change: PlannedChange) => Promise<boolean>) => void,
): Promise<number> {
  const { io, settings, options, surroundings } = terms;
  const { environment } = surroundings;
  const { stderr } = opened.progress;
  const completer = createCompleter(opened, () => bench.documents());
  const history = openHistory({
    file: settings.history === false ? undefined : historyFile(surroundings),
    isSecret: (entry) => holdsSecrets(entry, (name) => secretFields(bench.documents()).has(name)),
    onNote: (note) => stderr.write(`note: ${visibleText(note)}\n`),
  });
  const prompt = createPrompt({
    terminal,
    history,
    label: labelOf(settings.subdomain ?? options.subdomain),
    isColoured: isColoured(environment),
    isComplete: (text) => isComplete(text),
    complete: completer.complete,
    suspend: suspendProcess,
    signal: io.signal,
  });
  const bench: Bench = createBench(opened, { ...terms, prompt, onStatement: completer.forgetTables });
  onConfirm(async (change) => {
    if (change.count < 2 || !bench.display.settings().confirms) return true;
    return opened.progress.paused(() => prompt.ask(questionOf(change)));
  });
  const leaving = leftBySignal(io.signal);
  const left = new AbortController();
  // Whoever presses Tab meets the same failure; nobody else has to wait for it, or to know.
  completer.prepare(left.signal).catch(() => undefined);
  try {
    stderr.write(`oktaql ${version()}. \\? is help, \\q leaves.\n`);
    let text = '';
    for (;;) {
      const typed = await Promise.race([prompt.read(text), leaving.left]);
      text = '';
      if (typed === 'left') return EXIT.interrupted;
      if (typed.kind === 'end') return EXIT.done;
      if (typed.kind === 'interrupted') return EXIT.interrupted;
      history.add(typed.text.trim());
      const cancelled = new AbortController();
      const signal = AbortSignal.any([io.signal, cancelled.signal]);
      const done = await prompt.during(
        () => runItems(readInput(typed.text, { more: 'maybe' }).items, bench, signal),
        () => cancelled.abort(new Error('Ctrl-C')),
      );
      if (done.kind === 'leave') return EXIT.done;
      if (done.kind === 'edit') text = done.text;
    }
  } finally {
    leaving.forget();
    prompt.close();
    left.abort();
    await bench.close();
  }
}

/** https://no-color.org */
function isColoured({ NO_COLOR }: Surroundings['environment']): boolean {
  return NO_COLOR === undefined || NO_COLOR === '';
}

/** Up to the first that fails: what is typed in one go belongs together. */
async function runItems(items: readonly Input[], bench: Bench, signal: AbortSignal): Promise<Done> {
  for (const item of items) {
    const done = await bench.run(item, signal);
    if (done.kind !== 'done' || done.code !== EXIT.done) return done;
  }
  return { kind: 'done', code: EXIT.done };
}

function isComplete(text: string): boolean {
  if (text.trim() === '') return true;
  const { items, rest } = readInput(text, { more: 'maybe' });
  return rest.trim() === '' || items.at(-1)?.kind === 'command';
}

function questionOf({ tag, resource, count: objects }: PlannedChange): string {
  return `${tag} changes ${count(objects)} objects of ${resource}. Go on?`;
}

const LONGEST_LABEL = 20;

function labelOf(org: string | undefined): string {
  const name = visibleText(org?.split('.')[0] ?? '');
  return name === '' || name.length > LONGEST_LABEL ? 'oktaql' : name;
}

/** SIGTERM, and what else ends the process. */
function leftBySignal(signal: AbortSignal): { readonly left: Promise<'left'>; readonly forget: () => void } {
  let onAbort = (): void => undefined;
  const left = new Promise<'left'>((resolve) => {
    onAbort = () => resolve('left');
  });
  signal.addEventListener('abort', onAbort);
  return { left, forget: () => signal.removeEventListener('abort', onAbort) };
}

/** As Ctrl-Z does where the terminal sends the signal itself. */
async function suspendProcess(): Promise<void> {
  if (process.platform === 'win32') return;
  await new Promise<void>((resolve) => {
    process.once('SIGCONT', () => resolve());
    process.kill(process.pid, 'SIGTSTP');
  });
}

interface Completer {
  /** Reads what the first Tab would have to wait for, a little at a time: somebody is typing. */
  readonly prepare: (signal: AbortSignal) => Promise<void>;
  readonly complete: (text: string, cursor: number) => Promise<ReturnType<typeof complete>>;
  /** Statements make and drop tables. */
  readonly forgetTables: () => void;
}

/** Names of tables are asked for once they may have changed. */
function createCompleter({ session }: Opened, documents: () => ReturnType<typeof documentNames>): Completer {
  let engine: Promise<Pick<Catalogue, 'functions' | 'keywords'>> | undefined;
  let tables: ReturnType<typeof localTables> | undefined;
  return {
    prepare: async (signal) => {
      engine ??= engineNames(session);
      await engine.catch(() => undefined);
      const { providers, services, resources } = documents();
      for (const provider of providers) {
        for (const service of services(provider)) {
          if (signal.aborted) return;
          resources(provider, service);
          await nextTurn();
        }
      }
    },
    complete: async (text, cursor) => {
      engine ??= engineNames(session);
      tables ??= localTables(session);
      // A session that is closing has no names any more, and nobody to complete for.
      const [known, own] = await Promise.all([
        engine.catch(() => ({ functions: [], keywords: [] })),
        tables.catch(() => []),
      ]);
      return complete(text, cursor, { ...documents(), ...known, tables: own });
    },
    forgetTables: () => {
      tables = undefined;
    },
  };
}

const secretsKnown = new WeakMap<object, ReadonlySet<string>>();

/** Attributes of bodies that documents mark as secret, or as holding secrets. */
function secretFields(documents: ReturnType<typeof documentNames>): ReadonlySet<string> {
  const known = secretsKnown.get(documents);
  if (known !== undefined) return known;
  const names = documents.resourceNames().flatMap((full) => {
    const [provider = '', service = '', name = ''] = full.split('.');
    const resource = documents.resource(provider, service, name);
    if (resource === undefined) return [];
    const bodies = (['insert', 'update', 'replace'] as const).flatMap((verb) => methodsFor(resource, verb));
    return bodies.flatMap(({ body }) => (body?.secrets ?? []).flatMap(([first]) => first ?? []));
  });
  const found = new Set(names.map((name) => name.toLowerCase()));
  secretsKnown.set(documents, found);
  return found;
}
