/**
 * What runs in the process of an engine. `engine-process.ts` starts it.
 *
 * @module
 */

import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EngineHost } from './host.ts';
import type { ToChild, ToParent } from './protocol.ts';

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

const host = new EngineHost(send);
process.on('message', (message: ToChild) => host.receive(message));
process.on('disconnect', die);

const [, script = '', maximalBytes = ''] = process.argv;
new Worker(join(dirname(script), 'watchdog.js'), { workerData: { maximalBytes: Number(maximalBytes) } }).unref();
