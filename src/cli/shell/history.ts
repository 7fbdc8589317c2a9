/**
 * What was typed before, also in earlier shells. One entry is one statement, however many lines it has.
 *
 * @module
 */

import { closeSync, mkdirSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appendToOwnFile, openOwnFile } from '../../own-file.ts';
import type { Surroundings } from '../session-options.ts';

export interface History {
  /** The last first. */
  entries(): readonly string[];
  /** What is there as the last already is not added. */
  add(entry: string): void;
}

export interface HistoryTerms {
  /** A file; undefined keeps the history in memory. */
  readonly file: string | undefined;
  readonly isSecret: (entry: string) => boolean;
  readonly onNote: (note: string) => void;
}

/** Entries that are read, and kept when the file has grown to twice as many. */
const MOST_ENTRIES = 2_000;

/**
 * Where it is kept: among what programs remember, and nobody backs up.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function historyFile({ environment, homeFolder }: Surroundings): string | undefined {
  const { OKTAQL_HISTORY: own, XDG_STATE_HOME: state } = environment;
  if (own !== undefined && own !== '') return own;
  // The specification has relative paths ignored.
  if (state?.startsWith('/') === true) return join(state, 'oktaql', 'history');
  return homeFolder === undefined ? undefined : join(homeFolder, '.local', 'state', 'oktaql', 'history');
}

export function openHistory({ file, isSecret, onNote }: HistoryTerms): History {
  const entries = file === undefined ? [] : [...readEntries(file)];
  let isKept = file !== undefined;
  if (file !== undefined && entries.length > 2 * MOST_ENTRIES) {
    entries.splice(0, entries.length - MOST_ENTRIES);
    shorten(file, entries);
  }
  return {
    entries: () => entries.toReversed(),
    add: (entry) => {
      if (entry.trim() === '' || entries.at(-1) === entry) return;
      entries.push(entry);
      if (!isKept || file === undefined || isSecret(entry)) return;
      try {
        append(file, entry);
      } catch (error) {
        isKept = false;
        onNote(`the history is not kept in ${file}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

/** A line each, as JSON: so a statement of several lines is one entry. What is none, is passed over. */
function readEntries(file: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // The first shell has none. One that cannot be read cannot be written either, which is told.
    return [];
  }
  return text.split('\n').flatMap((line) => entryOf(line) ?? []);
}

function entryOf(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as unknown;
    return typeof entry === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}

function append(file: string, entry: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  write(appendToOwnFile(file), `${JSON.stringify(entry)}\n`);
}

/** A history that cannot be shortened is a long one. */
function shorten(file: string, entries: readonly string[]): void {
  try {
    write(openOwnFile(file), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  } catch {
    // Whoever adds to it is told why.
  }
}

function write(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}
