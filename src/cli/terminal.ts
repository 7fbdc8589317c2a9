/**
 * A terminal that somebody types at: its size, its keys, and the right to write where they stand.
 *
 * @module
 */

import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

/** One key, or a sequence that a terminal sends for one. */
export interface Key {
  /** `return`, `left`, `a`; undefined for what has no name. */
  readonly name?: string | undefined;
  /** What was sent. */
  readonly sequence: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

export interface Terminal {
  /** In characters. */
  size(): { readonly columns: number; readonly rows: number };
  write(text: string): void;
  /**
   * Gives each key to a listener, with nothing shown and no signal sent, until the function is called that is returned: then the
   * terminal is as it was, and a program that is started may have it.
   */
  listen(onKey: (key: Key) => void): () => void;
  /**
   * Lets a program have the terminal that is started meanwhile, while nobody listens to keys. Ctrl-C reaches that program, and here
   * ends nothing but calls the listener.
   */
  lend<T>(use: () => Promise<T>, onInterrupt: () => void): Promise<T>;
  /** Until the function is called that is returned. */
  onResize(listener: () => void): () => void;
}

/** What is assumed of a terminal that does not say. */
const USUAL = { columns: 80, rows: 24 };

export interface TerminalTerms {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Has SIGINT call a listener, instead of what it would do, until the function is called that is returned. */
  readonly divert: (onInterrupt: () => void) => () => void;
}

/** The terminal of this process; undefined where it reads from or writes to something else, or cannot move the cursor. */
export function terminalOf(
  input: ReadStream,
  output: WriteStream,
  { environment, divert }: TerminalTerms,
): Terminal | undefined {
  if (!input.isTTY || !output.isTTY || environment['TERM'] === 'dumb') return undefined;
  return {
    size: () => ({ columns: output.columns || USUAL.columns, rows: output.rows || USUAL.rows }),
    write: (text) => void output.write(text),
    listen: (onKey) => {
      emitKeypressEvents(input);
      const onKeypress = (text: string | undefined, key: Partial<Key> = {}): void =>
        onKey({
          name: key.name,
          sequence: key.sequence ?? text ?? '',
          ctrl: key.ctrl === true,
          meta: key.meta === true,
          shift: key.shift === true,
        });
      input.setRawMode(true);
      input.on('keypress', onKeypress);
      input.resume();
      return () => {
        input.off('keypress', onKeypress);
        input.pause();
        input.setRawMode(false);
      };
    },
    lend: async (use, onInterrupt) => {
      const back = divert(onInterrupt);
      try {
        return await use();
      } finally {
        back();
      }
    },
    onResize: (listener) => {
      output.on('resize', listener);
      return () => void output.off('resize', listener);
    },
  };
}
