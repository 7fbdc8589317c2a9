/** Engines in processes that start before they are needed: none outlives its session or its process, none serves two sessions. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = fileURLToPath(new URL('pooled.mjs', import.meta.url));

/** Where the system lists processes with their parents as files. */
const HAS_LIST = existsSync('/proc/self/stat');

interface Started {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly lines: AsyncIterator<string>;
}

const started: Started[] = [];
const engines = new Set<number>();
afterEach(() => {
  // None is there any more, unless a test has failed.
  for (const { process } of started.splice(0)) process.kill('SIGKILL');
  for (const pid of engines) if (isThere(pid)) process.kill(pid, 'SIGKILL');
  engines.clear();
});

function start(work: string): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [SCRIPT], {
    cwd: ROOT,
    env: { PATH, WORK: work },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, as a terminal gives it: a signal to the group reaches the engines too.
    detached: true,
  });
  const lines: Interface = createInterface({ input: child.stdout });
  const one = { process: child, pid: child.pid ?? 0, lines: lines[Symbol.asyncIterator]() };
  started.push(one);
  return one;
}

async function nextLine({ lines }: Started): Promise<unknown> {
  const { value } = await lines.next();
  return value === undefined ? undefined : JSON.parse(value);
}

/** The processes of a process, its engines. */
function enginesOf(pid: number): readonly number[] {
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  for (const each of found) engines.add(Number(each));
  return found.map(Number);
}

/** The fourth field behind the name, which may hold anything, in brackets. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function parentOf(pid: string): number | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  return parentOf(String(pid)) !== undefined;
}

const gone = async (pids: readonly number[]): Promise<void> => {
  await expect.poll(() => pids.filter(isThere)).toEqual([]);
};

describe.skipIf(!HAS_LIST)('engines end with the process that started them', () => {
  test.each<[work: string, signal: NodeJS.Signals]>([
    ['starting', 'SIGKILL'],
    ['waiting', 'SIGKILL'],
    ['computing', 'SIGKILL'],
    ['pooled', 'SIGKILL'],
    ['starting', 'SIGTERM'],
    ['computing', 'SIGINT'],
    ['pooled', 'SIGHUP'],
  ])('%s, which %s ends', async (work, signal) => {
    const parent = start(work);
    expect(await nextLine(parent)).toBe('there');
    const pids = enginesOf(parent.pid);
    expect(pids).toHaveLength(work === 'pooled' ? 3 : 1);
    parent.process.kill(signal);
    await gone([parent.pid, ...pids]);
  });

  test.each(['forgotten', 'thrown'])('%s, of itself', async (work) => {
    const parent = start(work);
    expect(await nextLine(parent)).toBe('there');
    enginesOf(parent.pid);
    await once(parent.process, 'exit');
    await gone([...engines]);
  });
});

describe.skipIf(!HAS_LIST)('no engine is left behind by', () => {
  test.each(['closedAtOnce', 'closedBeginning'])('%s', async (work) => {
    const parent = start(work);
    expect(await nextLine(parent)).toBe('closed');
    expect(enginesOf(parent.pid)).toEqual([]);
    expect(isThere(parent.pid)).toBe(true);
  });

  test('Ctrl-C, which goes to all processes of a terminal and is no end of any engine', async () => {
    const parent = start('interrupted');
    expect(await nextLine(parent)).toBe('there');
    const before = enginesOf(parent.pid);
    expect(before).toHaveLength(1);
    process.kill(-parent.pid, 'SIGINT');
    expect(await nextLine(parent)).toEqual([[7]]);
    expect(await nextLine(parent)).toBe('closed');
    expect(enginesOf(parent.pid)).toEqual([]);
  });
});

test('Ctrl-C while an engine starts is no failure of the statement that waits for it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const parent = start('interruptedEarly');
    expect(await nextLine(parent)).toBe('there');
    process.kill(-parent.pid, 'SIGINT');
    expect(await nextLine(parent)).toEqual([[1]]);
    expect(await nextLine(parent)).toBe('closed');
  }
});

describe.skipIf(!HAS_LIST)('an engine is started before it is needed', () => {
  test('with its session, and again when it has ended', async () => {
    const parent = start('crashing');
    await nextLine(parent);
    const [first = 0, ...more] = enginesOf(parent.pid);
    expect(more).toEqual([]);
    parent.process.kill('SIGUSR2');
    expect(await nextLine(parent)).toBe('ENGINE_CRASHED');
    // No statement comes that would need one.
    await expect.poll(() => enginesOf(parent.pid).filter((pid) => pid !== first)).toHaveLength(1);
    expect(isThere(first)).toBe(false);
  });

  test('by a pool, for one session each, and no more than it may', async () => {
    const parent = start('shared');
    expect(await nextLine(parent)).toEqual(Array.from({ length: 9 }, () => 'UNKNOWN_RESOURCE'));
    expect(enginesOf(parent.pid)).toHaveLength(2);
    parent.process.kill('SIGUSR2');
    expect(await nextLine(parent)).toBe('closed');
    expect(enginesOf(parent.pid)).toEqual([]);
  });
});
