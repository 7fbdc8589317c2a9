/**
 * `oktaql mcp`: a server of the Model Context Protocol on a session of its own.
 *
 * @module
 */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openAuditFile } from '../mcp/changes/audit-file.ts';
import type { Terms, Workspace } from '../mcp/contract.ts';
import type { AuditFile } from '../mcp/decisions.ts';
import { type HttpServer, serveOverHttp } from '../mcp/http.ts';
import { serveOverStdio } from '../mcp/stdio.ts';
import { createLimitBook, createWorkspace } from '../mcp/workspace.ts';
import { visibleText } from '../output/visible-text.ts';
import type { SessionOptions } from '../session/options.ts';
import type { CommandIo } from './command-io.ts';
import { type OpenSettings, withSession } from './exec-command.ts';
import { EXIT } from './report.ts';
import type { Surroundings } from './session-options.ts';

export type McpSettings = OpenSettings & {
  readonly demo?: boolean;
  /** Requests that a query may be expected to make unless the call allows more. */
  readonly maxRequests: number;
  /** A port; 0 is a free one. */
  readonly http?: number;
  readonly allowChanges?: boolean;
  readonly auditFile?: string;
};

export interface McpTerms {
  readonly settings: McpSettings;
  readonly options: SessionOptions;
  readonly surroundings: Surroundings;
  readonly io: CommandIo;
}

/** Serves until the client leaves, or the process is interrupted; the exit code. */
export async function serveMcp({ settings, options, surroundings, io }: McpTerms): Promise<number> {
  const { maxRequests, allowChanges = false, ...open } = settings;
  const audit = allowChanges ? openAudit(settings, surroundings) : undefined;
  if (typeof audit === 'string') {
    io.stderr.write(`error: ${visibleText(audit)}\n`);
    return EXIT.usage;
  }
  const limits = createLimitBook();
  const opening = { ...open, isolation: 'process', progress: false, readOnly: !allowChanges } as const;
  try {
    return await withSession(opening, { ...options, onLimit: limits.learn }, io, async ({ session, registry, org }) => {
      const terms = { ...termsOf(settings, options), subdomain: org };
      const workspace = createWorkspace({ session, registry: registry(), limits, audit, terms });
      if (settings.http !== undefined) return serveClients(workspace, settings.http, { surroundings, io });
      await serveClient(workspace, io);
      return EXIT.done;
    });
  } finally {
    audit?.close();
  }
}

function termsOf({ demo, maxRequests, subdomain, timeout }: McpSettings, { orgs = {} }: SessionOptions): Terms {
  const named = subdomain === undefined ? '' : ` --subdomain ${subdomain}`;
  const commandLine = demo === true ? 'oktaql demo' : `oktaql exec${named}`;
  const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
  return { maxRequests, subdomain, orgs: Object.keys(orgs), commandLine, timeoutMs, now: Date.now };
}

/** The file, or why there is none. */
function openAudit({ auditFile }: McpSettings, surroundings: Surroundings): AuditFile | string {
  const path = auditFile ?? defaultAuditFile(surroundings);
  if (path === undefined) return '--allow-changes needs --audit-file: there is no home folder for one.';
  try {
    return openAuditFile(path, Date.now);
  } catch (error) {
    return `${path} cannot be written, and --allow-changes needs it: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Beside the history of the shell: https://specifications.freedesktop.org/basedir-spec/latest/ */
function defaultAuditFile({ environment: { XDG_STATE_HOME: state }, homeFolder }: Surroundings): string | undefined {
  if (state?.startsWith('/') === true) return join(state, 'oktaql', 'mcp-audit.jsonl');
  return homeFolder === undefined ? undefined : join(homeFolder, '.local', 'state', 'oktaql', 'mcp-audit.jsonl');
}

/** One client, who started us. What goes to it is messages only. */
async function serveClient(workspace: Workspace, { stdin, stderr, signal }: CommandIo): Promise<void> {
  await serveOverStdio(workspace, {
    input: stdin,
    output: process.stdout,
    signal,
    onError: (error) => stderr.write(`note: ${visibleText(error.message)}\n`),
  });
}

async function serveClients(
  workspace: Workspace,
  port: number,
  { surroundings, io: { stderr, signal } }: Pick<McpTerms, 'surroundings' | 'io'>,
): Promise<number> {
  const given = surroundings.environment['OKTAQL_MCP_TOKEN'] ?? '';
  const token = given === '' ? randomBytes(24).toString('base64url') : given;
  const note = (error: Error): void => stderr.write(`note: ${visibleText(error.message)}\n`);
  let server: HttpServer;
  try {
    server = await serveOverHttp(workspace, { port, token, onError: note });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    stderr.write(
      `error: nothing can be served on port ${port}: ${visibleText(why.replace(/\.$/, ''))}. --http 0 takes a free one.\n`,
    );
    return EXIT.usage;
  }
  stderr.write(`${server.url}\n${given === '' ? `Authorization: Bearer ${token}\n` : ''}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
  return EXIT.done;
}
