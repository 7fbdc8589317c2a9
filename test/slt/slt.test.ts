import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseSlt, printSlt } from './file.ts';
import { runSlt } from './run.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.slt'));

/** `UPDATE_SLT=1 npx vitest run test/slt` writes what was printed into the files, to be read like code. */
const isUpdate = process.env['UPDATE_SLT'] === '1';

test.each(files.toSorted())('%s', async (name) => {
  const text = readFileSync(folder + name, 'utf8');
  const file = parseSlt(text);
  if (!isUpdate) expect(printSlt(file), 'reading and printing the file changes it').toBe(text);
  const printed = printSlt(await runSlt(file));
  if (isUpdate) writeFileSync(folder + name, printed);
  else expect(printed).toBe(text);
});
