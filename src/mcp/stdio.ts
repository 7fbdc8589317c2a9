/**
 * The server over standard input and output: one client, who started it.
 *
 * @module
 */

import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Workspace } from './contract.ts';
import { createServer } from './server.ts';

export interface StdioTerms {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
  readonly onError: (error: Error) => void;
}

/** Serves until the client leaves, or the signal fires. */
export async function serveOverStdio(
  workspace: Workspace,
  { input, output, signal, onError }: StdioTerms,
): Promise<void> {
  const transport = new StdioServerTransport(input, output);
  const over = new Promise<void>((resolve) => {
    input.once('end', resolve);
    input.once('close', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const handle = serveStdio(() => createServer(workspace), { transport, onerror: onError });
  await over;
  await handle.close();
}
