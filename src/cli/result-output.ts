/**
 * Where the results of a script go: standard output, one file, or a file for each.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { CancelledError, NotSupportedError } from '../errors.ts';
import { redactText } from '../http/trace/redact.ts';
import { type OutputFile, openOutputFile } from '../output/file.ts';
import type { OutputMetadata, OutputOptions } from '../output/options.ts';
import { visibleText } from '../output/visible-text.ts';
import { type ResultWriter, writeResult } from '../output/writer.ts';
import {
  type ChoosableOption,
  createWriter,
  factsOf,
  formatOfFile,
  formatsWith,
  type OutputFormat,
} from '../output/writers.ts';
import { version } from '../session/version.ts';
import { mayGiveRows } from '../sql/text/gives-rows.ts';
import { maskedText } from '../sql/text/position.ts';
import { tokenize } from '../sql/text/tokens.ts';
import type { ResultStream } from '../values.ts';
import type { CommandIo } from './command-io.ts';
import { noteInvisible, printResult } from './print-result.ts';

/** The flags about results. */
export interface OutputSettings {
  /** Without it, what the file's name ends in; a table where that says nothing. */
  readonly output?: OutputFormat;
  /** A path, in which `{n}` stands for the number of the result. */
  readonly file?: string;
  /** False for `--no-header`. */
  readonly header?: boolean;
  readonly separator?: string;
  readonly bom?: boolean;
  readonly safeCsv?: boolean;
  readonly revealSecrets?: boolean;
  /** Then whatever changes something returns rows too: its requests. */
  readonly dryrun?: boolean;
}

/** Takes the results of a script, one after another. */
export interface ResultOutput {
  /** @param text the statement that it is the result of */
  print(result: ResultStream, text: string): Promise<void>;
  /** Puts files in place. Throws what {@link OutputFile.commit} throws. */
  finish(): Promise<void>;
  /** Takes back what is not in place. Never throws; may be called at any time. */
  discard(): void;
}

export interface ResultPlace {
  /** The statements that are to be run, to know how many results there may be. */
  readonly statements: readonly { readonly text: string }[];
  /** The org of statements that name none. */
  readonly org?: string | undefined;
  readonly io: CommandIo;
}

/**
 * Checks everything that can be checked before the first request, and opens the file.
 *
 * @throws InvalidArgumentError for flags that do not go together, and a file that cannot be written
 */
export async function openResultOutput(settings: OutputSettings, place: ResultPlace): Promise<ResultOutput> {
  const { file } = settings;
  const format = settings.output ?? (file === undefined ? undefined : formatOfFile(file)) ?? 'table';
  checkOptions(settings, format);
  const options = { ...optionsOf(settings), signal: place.io.signal };
  if (file === undefined) return onStandardOutput(format, options, settings, place);
  if (file.includes(NUMBER)) return fileForEach(file, format, options, settings, place);
  return await oneFile(file, format, options, settings, place);
}

/** Stands for the number of the result in a file's name. */
const NUMBER = '{n}';

const FLAGS: Readonly<Record<ChoosableOption, string>> = {
  header: '--no-header',
  separator: '--separator',
  bom: '--bom',
  safeCsv: '--safe-csv',
};

function checkOptions(settings: OutputSettings, format: OutputFormat): void {
  const { header, separator, bom, safeCsv } = settings;
  const chosen = { header: header === false, separator: separator !== undefined, bom, safeCsv };
  for (const option of Object.keys(FLAGS) as ChoosableOption[]) {
    if (chosen[option] !== true || factsOf(format).heeds.includes(option)) continue;
    const formats = formatsWith(option).map((each) => `-o ${each}`);
    throw new InvalidArgumentError(`${FLAGS[option]} does nothing for -o ${format}: it is for ${formats.join(', ')}.`);
  }
}

function optionsOf({ header, separator, bom, safeCsv }: OutputSettings): OutputOptions {
  return {
    ...(header !== undefined && { header }),
    ...(separator !== undefined && { separator }),
    ...(bom !== undefined && { bom }),
    ...(safeCsv !== undefined && { safeCsv }),
  };
}

/** As errors show it: whoever is given the file reads it. */
function shownStatement(text: string): string {
  return redactText(maskedText(text, tokenize(text)), []);
}

function metadataOf(text: string, org: string | undefined): OutputMetadata {
  const time = new Date().toISOString();
  return { query: shownStatement(text), ...(org !== undefined && { org }), time, version: version() };
}

/** What a pipe's reader can take one after another, though a file of it holds one. */
const STREAMS: ReadonlySet<OutputFormat> = new Set<OutputFormat>(['json', 'sql']);

function onStandardOutput(
  format: OutputFormat,
  options: OutputOptions,
  settings: OutputSettings,
  place: ResultPlace,
): ResultOutput {
  const { isBinary, extensions } = factsOf(format);
  const { io, org } = place;
  if (isBinary && io.stdout.isTerminal) {
    throw new InvalidArgumentError(
      `-o ${format} is nothing for a terminal. Write it to a file: -f result.${extensions[0]}`,
    );
  }
  const holdsSeveral = factsOf(format).holdsSeveral || STREAMS.has(format);
  if (!holdsSeveral) checkOneResult(format, `result.${extensions[0]}`, settings, place);
  let count = 0;
  return {
    print: (result, text) => {
      count += 1;
      if (!holdsSeveral && count > 1) throw secondResult(format, `result.${extensions[0]}`);
      return printResult(result, format, io, { ...options, metadata: metadataOf(text, org) });
    },
    finish: async () => undefined,
    discard: () => undefined,
  };
}

/** Whether a statement returns rows is known for certain only when it has run, so this takes what may. */
function checkOneResult(
  format: OutputFormat,
  file: string,
  { dryrun = false }: OutputSettings,
  { statements }: ResultPlace,
): void {
  const count = statements.filter(({ text }) => dryrun || mayGiveRows(text)).length;
  if (count < 2) return;
  throw new InvalidArgumentError(
    `${count} statements return rows, and ${nameOf(format)} holds one result. Write a file for each: -f '${numbered(file)}'`,
  );
}

function secondResult(format: OutputFormat, file: string): NotSupportedError {
  return new NotSupportedError(`${nameOf(format)} holds one result, and this is a second one.`, {
    hint: `Write a file for each: -f '${numbered(file)}'.`,
  });
}

function nameOf(format: OutputFormat): string {
  return `a file of -o ${format}`;
}

/** `keys.json` as `keys-{n}.json`. */
function numbered(file: string): string {
  return file.replace(/(\.[^./\\]*)?$/, `-${NUMBER}$1`);
}

/** A file that results follow one another in, if its format holds more than one. It is there when all have been written. */
async function oneFile(
  path: string,
  format: OutputFormat,
  options: OutputOptions,
  settings: OutputSettings,
  place: ResultPlace,
): Promise<ResultOutput> {
  const { stderr } = place.io;
  const { holdsSeveral } = factsOf(format);
  if (!holdsSeveral) checkOneResult(format, path, settings, place);
  const file = await openResultFile(path, settings, place);
  const notes = noteInvisible(format, file.sink);
  let writer: ResultWriter | undefined;
  let count = 0;
  let isBroken = false;
  return {
    print: async (result, text) => {
      if (!holdsSeveral && count > 0) throw secondResult(format, path);
      // One for all, and metadata, which is about one statement, only where there is one.
      writer ??= createWriter(format, notes.sink, { ...options, metadata: metadataOf(text, place.org) });
      isBroken = true;
      await writeResult(result, writer);
      isBroken = false;
      count += 1;
    },
    finish: async () => {
      if (count === 0 || isBroken) {
        file.discard();
        stderr.write(
          `note: ${count === 0 ? 'there is no result' : 'a result broke off'}; ${shown(path)} was not written\n`,
        );
        return;
      }
      await file.commit();
      notes.tell(stderr);
      if (count > 1) stderr.write(`note: ${shown(path)} holds ${count} results, ${HOW[format] ?? ONE_AFTER_ANOTHER}\n`);
    },
    discard: file.discard,
  };
}

const ONE_AFTER_ANOTHER = 'one after another';

/** How several results stand in a file, where it is worth saying. */
const HOW: Readonly<Partial<Record<OutputFormat, string>>> = {
  csv: "one after another, each with its names; -f 'name-{n}.csv' writes a file for each",
  jsonl: 'one after another; each row has its own names',
};

/** A file for each result, there when its last row has been written. */
function fileForEach(
  path: string,
  format: OutputFormat,
  options: OutputOptions,
  settings: OutputSettings,
  place: ResultPlace,
): ResultOutput {
  let count = 0;
  let current: OutputFile | undefined;
  const print = async (result: ResultStream, text: string): Promise<void> => {
    count += 1;
    current = await openResultFile(path.replaceAll(NUMBER, String(count)), settings, place);
    const notes = noteInvisible(format, current.sink);
    await writeResult(result, createWriter(format, notes.sink, { ...options, metadata: metadataOf(text, place.org) }));
    await current.commit();
    notes.tell(place.io.stderr);
  };
  return {
    print: async (result, text) => {
      try {
        await print(result, text);
      } finally {
        current?.discard();
      }
    },
    finish: async () => undefined,
    discard: () => current?.discard(),
  };
}

function shown(path: string): string {
  return visibleText(path);
}

/**
 * Opens a file that takes its name when it is committed.
 *
 * @throws InvalidArgumentError
 */
export async function openResultFile(
  path: string,
  { revealSecrets = false }: OutputSettings,
  { io: { signal } }: Pick<ResultPlace, 'io'>,
): Promise<OutputFile> {
  try {
    return await openOutputFile(path, { isPrivate: revealSecrets, signal });
  } catch (error) {
    if (signal.aborted) throw new CancelledError(undefined, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(`${path} cannot be written: ${reason}`);
  }
}
