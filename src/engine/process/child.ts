/**
 * What runs in the process of an engine. `engine-process.ts` starts it.
 *
 * It is started before it is needed, so it makes itself ready unasked: DuckDB is loaded before the first message is read.
 *
 * @module
 */

import nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadDuckDb } from '../load.ts';
import { EngineHost } from './host.ts';
import type { ToChild, ToParent } from './protocol.ts';
import type { ToWatchdog } from './watchdog.ts';

/** Ends with the process of the session, whatever this one is doing. */
const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
};

function send(message: ToParent): Promise<void> {
  return new Promise((resolve) => {
    // The parent may be gone: then there is nobody to tell.
    if (process.send === undefined || !process.connected) die();
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

function loadAhead(): void {
  try {
    loadDuckDb();
  } catch {
    // Whoever begins a statement is told.
  }
  // Node would write when the process ends of itself, which this one never does.
  if ('flushCompileCache' in nodeModule) (nodeModule.flushCompileCache as () => void)();
}

// A terminal sends it to all processes of its group; what it means is for the session's to say.
process.on('SIGINT', () => undefined);
process.on('disconnect', die);
// It may have gone before anybody listened.
if (!process.connected) die();

const [, script = '', parent = ''] = process.argv;
const watchdog = new Worker(join(dirname(script), 'watchdog.cjs'), { workerData: { parent: Number(parent) } });
watchdog.unref();

const host = new EngineHost(send, (order: ToWatchdog) => watchdog.postMessage(order));
process.on('message', (message: ToChild) => host.receive(message));

loadAhead();
