/**
 * Shows what happens on the wire: waits, a line per request, an HTTP archive.
 *
 * @module
 */

import { closeSync, writeSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Wait } from '../http/pacing/governor.ts';
import { HAR_END, harEntry, harStart } from '../http/trace/har.ts';
import { type ExchangeRecord, logLine } from '../http/trace/record.ts';
import { visibleText } from '../output/visible-text.ts';
import { openOwnFile } from '../own-file.ts';
import { version } from '../session/version.ts';
import type { HttpSettings } from './http-flags.ts';
import type { Output } from './streams.ts';

/** Waits that are over before are nobody's business. */
export const SHOWN_AFTER_MS = 2_000;

export interface Traffic {
  readonly onWait: (wait: Wait) => void;
  readonly onExchange?: (record: ExchangeRecord) => void;
  /** Completes the archive, and leaves no timer behind. */
  close(): void;
}

/**
 * @param areWaitsShown whether somebody else shows what is waited for
 * @throws InvalidArgumentError where the archive cannot be written
 */
export function watchTraffic(settings: HttpSettings, stderr: Output, areWaitsShown = false): Traffic {
  const waits = areWaitsShown ? NO_WAITS : announceWaits(stderr);
  const file = settings['http.har'];
  const archive = file === undefined ? undefined : openArchive(file, (note) => stderr.write(`${visibleText(note)}\n`));
  const isLogged = settings['http.log.enabled'] === true;
  const onExchange = (record: ExchangeRecord): void => {
    if (isLogged) stderr.write(`${visibleText(logLine(record))}\n`);
    archive?.add(record);
  };
  return {
    onWait: waits.onWait,
    ...((isLogged || archive !== undefined) && { onExchange }),
    close: () => {
      waits.close();
      archive?.close();
    },
  };
}

interface Announcer {
  readonly onWait: (wait: Wait) => void;
  close(): void;
}

const NO_WAITS: Announcer = { onWait: () => undefined, close: () => undefined };

function announceWaits({ write }: Output): Announcer {
  const timers = new Set<NodeJS.Timeout>();
  return {
    onWait: (wait) => {
      if (wait.ms <= SHOWN_AFTER_MS) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        write(`${visibleText(waitText(wait, wait.ms - SHOWN_AFTER_MS))}\n`);
      }, SHOWN_AFTER_MS);
      timers.add(timer);
    },
    close: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

const REASONS: Readonly<Record<Wait['reason'], string>> = {
  'rate-limit': 'for the rate limit',
  concurrency: 'because too many requests ran at once',
  retry: 'before trying again',
};

export function waitText({ origin, bucket, reason }: Wait, leftMs: number): string {
  return `waiting ${Math.ceil(leftMs / 1000)} s more ${REASONS[reason]}: ${bucket} at ${new URL(origin).host}`;
}

interface Archive {
  add(record: ExchangeRecord): void;
  close(): void;
}

/**
 * Written as it comes, so that a long run needs no memory. It tells about an org: only its owner may read the file. A disk that
 * is full later ends the archive and nothing else, since requests may have been carried out.
 */
function openArchive(path: string, onNote: (note: string) => void): Archive {
  const file = openFile(path);
  let separator = '';
  let isBroken = false;
  const write = (text: string): void => {
    if (isBroken) return;
    try {
      writeSync(file, text);
    } catch (error) {
      isBroken = true;
      onNote(`note: the archive ${path} is not complete: ${messageOf(error)}`);
    }
  };
  return {
    add: (record) => {
      write(`${separator}\n${harEntry(record)}`);
      separator = ',';
    },
    close: () => {
      write(`\n${HAR_END}\n`);
      closeSync(file);
    },
  };
}

function openFile(path: string): number {
  try {
    const file = openOwnFile(path);
    writeSync(file, harStart({ name: 'oktaql', version: version() }));
    return file;
  } catch (error) {
    throw new InvalidArgumentError(`${path} cannot be written: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
