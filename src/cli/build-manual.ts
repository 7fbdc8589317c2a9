/**
 * Build step: writes the manual page. Usage: build-manual FILE.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { version } from '../session/version.ts';
import { commandsOf } from './command-tree.ts';
import { manualPage } from './manual.ts';
import { describedProgram } from './program.ts';

const [file = ''] = process.argv.slice(2);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, manualPage(commandsOf(describedProgram()), version()));
