/** The org that the statements of a file run against, as its `org` line says. */

import { createSimulator, demoOrg, type Simulator, uniformOrg } from '../../src/simulator/index.ts';

/** So that ages of keys and the end of logs are the same every day. */
export const NOW: Date = new Date('2026-11-24T12:00:00.000Z');

export const TOKEN: string = 'slt-token';

/** `org demo` is the default; `org uniform apps=6 keys=2`. */
export function openScene(lines: readonly string[]): Simulator {
  const [, kind = 'demo', ...words] = lines.find((line) => line.startsWith('org '))?.split(/\s+/) ?? [];
  const numbers = new Map(words.map((word) => word.split('=') as [string, string]));
  const count = (name: string, usual: number): number => Number(numbers.get(name) ?? usual);
  const org =
    kind === 'uniform'
      ? uniformOrg({ now: NOW, apps: count('apps', 6), keysPerApp: count('keys', 2) })
      : demoOrg({ now: NOW });
  return createSimulator({ token: TOKEN, org, now: () => NOW });
}
