/**
 * How far a statement is, on standard error: a line that is drawn over and goes away on a terminal, a line now and then in a log.
 *
 * @module
 */

import type { ProgressEvent } from '../exec/progress.ts';
import { type Clock, systemClock } from '../http/pacing/clock.ts';
import { displayWidth } from '../output/display-width.ts';
import { visibleText } from '../output/visible-text.ts';
import type { Output } from './streams.ts';

type Of<K extends ProgressEvent['kind']> = Extract<ProgressEvent, { readonly kind: K }>;

/** What is known of the statement that runs. */
export interface ProgressState {
  /** By the number of the table. */
  readonly scans: readonly Of<'scan'>[];
  readonly requests?: Of<'requests'>;
  /** The last of each bucket. */
  readonly waits: readonly Of<'wait'>[];
  /** What answers said of their limits, the last first. */
  readonly limits: readonly Of<'limit'>[];
}

export const NOTHING_KNOWN: ProgressState = { scans: [], waits: [], limits: [] };

/** The state after an event. Its end leaves what the statement has done, until the next one begins. */
export function withEvent(state: ProgressState, event: ProgressEvent): ProgressState {
  switch (event.kind) {
    case 'scan': {
      const others = state.scans.filter(({ scan }) => scan !== event.scan);
      return { ...state, scans: [...others, event].sort((one, other) => one.scan - other.scan) };
    }
    case 'requests':
      return { ...state, requests: event };
    case 'wait':
      return { ...state, waits: [event, ...state.waits.filter((known) => !isSameBucket(known, event))] };
    case 'limit':
      return { ...state, limits: [event, ...state.limits.filter((known) => !isSameBucket(known, event))] };
    default:
      return state;
  }
}

function isSameBucket(one: Of<'wait'> | Of<'limit'>, other: Of<'wait'> | Of<'limit'>): boolean {
  return one.bucket === other.bucket && one.origin === other.origin;
}

/** @param now by the clock of the session */
export function progressText({ scans, requests, waits }: ProgressState, now: number): string {
  const open = scans.filter(({ isDone }) => !isDone);
  const shown = open.length > 0 ? open : scans;
  const parts = [
    ...shown.map(scanText),
    requests === undefined ? '' : `${count(requests.sent)} of ${count(requests.most)} requests`,
    ...waits.filter(({ until }) => until > now).map((wait) => waitText(wait, now)),
  ];
  return visibleText(parts.filter((part) => part !== '').join(' · '));
}

function scanText({ table, alias, pages, rows, calls }: Of<'scan'>): string {
  const many = calls !== undefined && calls.known > 1;
  const parts = [
    `${count(pages)} ${pages === 1 ? 'page' : 'pages'}`,
    `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`,
    many ? `${count(calls.done)} of ${count(calls.known)}${calls.isAll ? '' : ' or more'} calls` : '',
  ];
  return `${alias ?? table} ${parts.filter((part) => part !== '').join(', ')}`;
}

const REASONS: Readonly<Record<Of<'wait'>['reason'], string>> = {
  'rate-limit': 'for the rate limit of',
  concurrency: 'for others at',
  retry: 'before trying again at',
};

function waitText({ reason, bucket, until }: Of<'wait'>, now: number): string {
  return `waiting ${Math.ceil((until - now) / 1000)} s ${REASONS[reason]} ${bucket}`;
}

/** `12,345`, as the numbers of our messages are English. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

export interface Progress {
  readonly onProgress: (event: ProgressEvent) => void;
  /** What is written here stands above the line. */
  readonly stderr: Output;
  /** Shows the line while something runs that takes longer than a second. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Shows nothing while something else has the terminal. */
  paused<T>(work: () => Promise<T>): Promise<T>;
  /** What is known of the statement that ran last. */
  state(): ProgressState;
}

export interface ProgressTerms {
  /**
   * How it is shown: as a line of a terminal, as wide as that is; as a line each half minute, for logs; or not at all.
   */
  readonly shown: { readonly columns: () => number } | 'in-log' | 'never';
  readonly clock?: Clock;
}

const SHOWN_AFTER_MS = 1_000;
const DRAWN_EVERY_MS = 200;
const LOGGED_EVERY_MS = 30_000;

/** Back to the beginning of the line, which is then empty. */
const ERASED = '\r\u001b[2K';

export function createProgress(stderr: Output, { shown, clock = systemClock }: ProgressTerms): Progress {
  let state = NOTHING_KNOWN;
  let isDrawn = false;
  let isPaused = false;
  const erase = (): void => {
    if (isDrawn) stderr.write(ERASED);
    isDrawn = false;
  };
  const draw = (columns: number): void => {
    const text = progressText(state, clock.now());
    if (text === '' || isPaused) return;
    stderr.write(`${isDrawn ? ERASED : ''}${cutTo(text, columns - 1)}`);
    isDrawn = true;
  };
  const show = async (signal: AbortSignal): Promise<void> => {
    if (shown === 'never') return;
    const began = clock.now();
    const isLine = shown !== 'in-log';
    for (let wait = isLine ? SHOWN_AFTER_MS : LOGGED_EVERY_MS; ; wait = isLine ? DRAWN_EVERY_MS : LOGGED_EVERY_MS) {
      await clock.sleep(wait, signal);
      if (isLine) draw(shown.columns());
      else stderr.write(`after ${Math.round((clock.now() - began) / 1000)} s: ${progressText(state, clock.now())}\n`);
    }
  };
  return {
    onProgress: (event) => {
      state = withEvent(state, event);
    },
    stderr: {
      isTerminal: stderr.isTerminal,
      write: (chunk) => {
        erase();
        stderr.write(chunk);
      },
      drained: (signal) => stderr.drained(signal),
    },
    during: async (work) => {
      state = { ...NOTHING_KNOWN, limits: [], waits: state.waits };
      const over = new AbortController();
      // It ends by its signal only.
      const showing = show(over.signal).catch(() => undefined);
      try {
        return await work();
      } finally {
        over.abort();
        await showing;
        erase();
      }
    },
    paused: async (work) => {
      erase();
      isPaused = true;
      try {
        return await work();
      } finally {
        isPaused = false;
      }
    },
    state: () => state,
  };
}

function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = text.slice(0, Math.max(0, width - 1));
  while (displayWidth(cut) > width - 1) cut = cut.slice(0, -1);
  return `${cut}…`;
}
