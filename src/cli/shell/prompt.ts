/**
 * Reads statements from a terminal: wires its keys to the editor, the editor to the screen, and asks.
 *
 * @module
 */

import type { Key, Terminal } from '../terminal.ts';
import { type Completion, commonBeginning } from './completion.ts';
import { type Editing, graphemes, insert, NOTHING_TYPED, type Pressed, press, withText } from './editor.ts';
import type { History } from './history.ts';
import { type Span, spansOf } from './paint.ts';
import { before, behind, type Drawn, draw } from './screen.ts';

export type Typed =
  | { readonly kind: 'text'; readonly text: string }
  /** Ctrl-D. */
  | { readonly kind: 'end' }
  /** Ctrl-C twice. */
  | { readonly kind: 'interrupted' };

export interface Prompt {
  /** @param text stands there already */
  read(text?: string): Promise<Typed>;
  /** Runs something while keys are kept for later, all but Ctrl-C. */
  during<T>(work: () => Promise<T>, onInterrupt: () => void): Promise<T>;
  /** Whether the user says y. */
  ask(question: string): Promise<boolean>;
  /** Lets a program have the terminal. */
  lend<T>(use: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface PromptTerms {
  readonly terminal: Terminal;
  readonly history: History;
  readonly label: string;
  readonly isColoured: boolean;
  readonly isComplete: (text: string) => boolean;
  readonly complete: (text: string, cursor: number) => Promise<Completion>;
  /** Stops the process, as Ctrl-Z does in shells; resolves when it goes on. */
  readonly suspend: () => Promise<void>;
  /** Fires when the shell must end. */
  readonly signal: AbortSignal;
}

/** What is pasted is told from what is typed. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode */
const PASTE_ON = '\u001b[?2004h';
const PASTE_OFF = '\u001b[?2004l';

const AGAIN = '(Ctrl-C once more leaves, as Ctrl-D and \\q do; \\? is help)';

/** Candidates that are listed. */
const MOST_LISTED = 60;

export function createPrompt(terms: PromptTerms): Prompt {
  const { terminal } = terms;
  const waiting: Key[] = [];
  let onKey: ((key: Key) => void) | undefined;
  let stop = (): void => undefined;
  const listen = (): void => {
    stop = terminal.listen((key) => (onKey === undefined ? void waiting.push(key) : onKey(key)));
  };
  listen();
  /** Gives keys to a listener until it has what it wants. */
  const keys = <T>(take: (key: Key, done: (value: T) => void) => void): Promise<T> =>
    new Promise((resolve) => {
      const before = onKey;
      let isDone = false;
      const done = (value: T): void => {
        isDone = true;
        onKey = before;
        resolve(value);
      };
      onKey = (key) => take(key, done);
      while (!isDone && waiting.length > 0) {
        const key = waiting.shift();
        if (key !== undefined) take(key, done);
      }
    });
  let onInterrupt: (() => void) | undefined;
  const prompt: Prompt = {
    read: async (text = '') => {
      terminal.write(PASTE_ON);
      try {
        return await readText(terms, withText(NOTHING_TYPED, text), keys, prompt.lend);
      } finally {
        terminal.write(PASTE_OFF);
      }
    },
    during: async (work, interrupt) => {
      onInterrupt = interrupt;
      onKey = (key) => {
        if (key.ctrl && key.name === 'c') interrupt();
        else waiting.push(key);
      };
      try {
        return await work();
      } finally {
        onInterrupt = undefined;
        onKey = undefined;
      }
    },
    ask: async (question) => {
      // What was typed before it was asked is no answer.
      waiting.length = 0;
      terminal.write(`${question} [y/N] `);
      const answer = await keys<Key>((key, done) => done(key));
      const isYes = !answer.ctrl && !answer.meta && answer.name?.toLowerCase() === 'y';
      terminal.write(isYes ? 'y\r\n' : 'n\r\n');
      if (answer.ctrl && answer.name === 'c') onInterrupt?.();
      return isYes;
    },
    lend: async (use) => {
      stop();
      try {
        return await terminal.lend(use, () => onInterrupt?.());
      } finally {
        listen();
      }
    },
    close: () => stop(),
  };
  return prompt;
}

type Keys = <T>(take: (key: Key, done: (value: T) => void) => void) => Promise<T>;

/** One text, from the first key to the one that submits it. */
async function readText(terms: PromptTerms, start: Editing, keys: Keys, lend: Prompt['lend']): Promise<Typed> {
  const view = createView(terms);
  let state = start;
  let isLeaving = false;
  const entries = terms.history.entries();
  const offResize = terms.terminal.onResize(() => view.show(state));
  try {
    view.show(state);
    for (;;) {
      const pressed = await keys<Pressed>((key, done) => {
        const next = press(state, key, { history: entries, isComplete: terms.isComplete });
        state = next.state;
        if (next.effect !== undefined) done(next);
        else if (!state.isPasting) view.show(state);
      });
      const wasLeaving = isLeaving;
      isLeaving = false;
      switch (pressed.effect) {
        case 'submit':
          view.leave({ ...state, cursor: state.text.length });
          return { kind: 'text', text: state.text };
        case 'end':
          view.leave(state);
          return { kind: 'end' };
        case 'interrupt':
          view.leave(state, '^C');
          if (state.text === '' && wasLeaving) return { kind: 'interrupted' };
          isLeaving = state.text === '';
          if (isLeaving) terms.terminal.write(`${AGAIN}\r\n`);
          state = NOTHING_TYPED;
          view.show(state);
          break;
        case 'complete':
          state = await completed(terms, state, view);
          break;
        case 'clear-screen':
          view.clear(state);
          break;
        case 'suspend':
          view.leave(state);
          await lend(terms.suspend);
          view.show(state);
          break;
        default:
          terms.terminal.write('\u0007');
          view.show(state);
      }
    }
  } finally {
    offResize();
  }
}

interface View {
  show(state: Editing, below?: readonly string[]): void;
  /** Goes to the line behind what is shown, as it then stays. */
  leave(state: Editing, mark?: string): void;
  clear(state: Editing): void;
}

function createView({ terminal, label, isColoured }: PromptTerms): View {
  let drawn: Pick<Drawn, 'cursorRow'> = { cursorRow: 0 };
  const paint = (text: string): readonly Span[] => spansOf(text);
  const prompt = `${label}> `;
  const continuation = `${'-> '.padStart(prompt.length)}`;
  const drawing = (state: Editing, below?: readonly string[]): Drawn =>
    draw(state, { columns: terminal.size().columns, prompt, continuation, paint, isColoured, below });
  const show: View['show'] = (state, below) => {
    const next = drawing(state, below);
    terminal.write(before(drawn) + next.output);
    drawn = next;
  };
  return {
    show,
    leave: (state, mark = '') => {
      const { search: _search, ...rest } = state;
      const last = drawing(rest);
      terminal.write(before(drawn) + last.output + (mark === '' ? '' : mark) + behind(last));
      drawn = { cursorRow: 0 };
    },
    clear: (state) => {
      terminal.write('\u001b[2J\u001b[H');
      drawn = { cursorRow: 0 };
      show(state);
    },
  };
}

/** Puts in what is certain, and lists the rest. */
async function completed({ complete, terminal }: PromptTerms, state: Editing, view: View): Promise<Editing> {
  const found = await complete(state.text, state.cursor);
  const prefix = state.text.slice(found.from, state.cursor);
  const [only, second] = found.candidates;
  if (only === undefined) {
    terminal.write('\u0007');
    view.show(state);
    return state;
  }
  const text = second === undefined ? only.text : commonBeginning(found, prefix);
  if (text.length > prefix.length || (second === undefined && text !== prefix)) {
    const next = insert(state, text, found.from);
    view.show(next);
    return next;
  }
  view.show(state, listed(found, terminal.size().columns));
  return state;
}

function listed({ candidates }: Completion, columns: number): readonly string[] {
  const shown = candidates.slice(0, MOST_LISTED).map(({ text, detail }) => [text, detail ?? ''] as const);
  const width = Math.max(...shown.map(([text]) => graphemes(text).length)) + 1;
  const hasDetails = shown.some(([, detail]) => detail !== '');
  const cells = shown.map(([text, detail]) => `${text.padEnd(width)}${detail}`.trimEnd());
  const cell = Math.max(...cells.map((each) => each.length)) + 2;
  const perLine = Math.max(1, Math.floor(columns / cell));
  const lines: string[] = [];
  // With details, a list reads better than a grid.
  const inLine = hasDetails && cells.length <= 12 ? 1 : perLine;
  for (let at = 0; at < cells.length; at += inLine) {
    const line = cells.slice(at, at + inLine).map((each) => each.padEnd(cell));
    lines.push(line.join('').trimEnd());
  }
  const more = candidates.length - shown.length;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}
