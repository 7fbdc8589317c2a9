/** Somebody who types at a terminal, and what a terminal would show. */

import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PATIENT_NODE } from '../busy-machine.ts';
import { MAIN } from './run-cli.ts';

const ESCAPE = '\u001b';

const BRIDGE = fileURLToPath(new URL('terminal.py', import.meta.url));

/** Terminals of tests are made by Python, which has them in its standard library. */
export const HAS_TERMINALS: boolean =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;

export interface TypedSession {
  /** Types, once what was shown since the last time holds the text. */
  after(shown: string | RegExp, keys: string): Promise<void>;
  /** What the screen shows from the last line on that holds this. */
  since(text: string): string;
  /** What the screen shows at the end, with all that has left it above, and the exit code. */
  ended(): Promise<{ readonly screen: string; readonly raw: string; readonly code: number | null }>;
}

export interface TypedOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
}

export function typeAt(
  args: readonly string[],
  { env = {}, cwd, columns = 100, rows = 30 }: TypedOptions,
): TypedSession {
  const { PATH = '' } = process.env;
  const child = spawn('python3', [BRIDGE, String(columns), String(rows), process.execPath, MAIN, ...args], {
    env: { PATH, TERM: 'xterm', NODE_OPTIONS: PATIENT_NODE, ...env },
    cwd,
  });
  let raw = '';
  let seen = 0;
  let look = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk;
    look();
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const shows = async (shown: string | RegExp): Promise<void> => {
    const found = new Promise<void>((resolve) => {
      look = () => {
        const since = raw.slice(seen);
        if (typeof shown === 'string' ? since.includes(shown) : shown.test(since)) resolve();
      };
    });
    look();
    const over = await Promise.race([found.then(() => false), code.then(() => true)]);
    if (over) throw new Error(`it ended before it showed ${String(shown)}: ${JSON.stringify(raw.slice(seen))}`);
    seen = raw.length;
  };
  return {
    after: async (shown, keys) => {
      await shows(shown);
      child.stdin.write(keys);
    },
    since: (text) => {
      const screen = screenOf(raw, columns);
      return screen.slice(screen.lastIndexOf(text));
    },
    ended: async () => {
      const exit = await code;
      return { screen: screenOf(raw, columns), raw, code: exit };
    },
  };
}

const SEQUENCE = new RegExp(`^${ESCAPE}(?:\\[([?\\d;]*)([A-Za-z])|[=>])`);

/** The lines that a terminal of that width has shown, without what was drawn over. */
function screenOf(output: string, columns: number): string {
  const lines: string[][] = [[]];
  let [row, column] = [0, 0];
  const put = (character: string): void => {
    if (column >= columns) [row, column] = [row + 1, 0];
    lines[row] ??= [];
    const line = lines[row] ?? [];
    while (line.length < column) line.push(' ');
    line[column] = character;
    column += 1;
  };
  const moved: Readonly<Record<string, (count: number) => void>> = {
    A: (count) => {
      row = Math.max(0, row - count);
    },
    B: (count) => {
      row += count;
    },
    C: (count) => {
      column += count;
    },
    J: () => {
      lines[row]?.splice(column);
      lines.splice(row + 1);
    },
    K: () => lines[row]?.splice(column === 0 ? 0 : column),
  };
  for (let at = 0; at < output.length; ) {
    const [sequence, parameters = '', letter = ''] = SEQUENCE.exec(output.slice(at, at + 20)) ?? [];
    const character = String.fromCodePoint(output.codePointAt(at) ?? 0);
    if (sequence !== undefined) moved[letter]?.(Number(parameters.split(';')[0] || 1));
    else if (character === '\r') column = 0;
    else if (character === '\n') row += 1;
    else if (character !== '\u0007') put(character);
    lines[row] ??= [];
    at += sequence?.length ?? character.length;
  }
  return Array.from(lines, (line) => (line ?? []).join('').trimEnd())
    .join('\n')
    .trimEnd();
}
