/** A client of the official SDK, connected to the server on a simulated org in the same process. */

import { Client, type ClientCapabilities, type ElicitResult, InMemoryTransport } from '@modelcontextprotocol/client';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Terms, Workspace } from '../../src/mcp/contract.ts';
import type { AuditFile } from '../../src/mcp/decisions.ts';
import { createServer } from '../../src/mcp/server.ts';
import { createLimitBook, createWorkspace } from '../../src/mcp/workspace.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import type { SessionOptions } from '../../src/session/options.ts';
import { createSession } from '../../src/session/session.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';

/** The two eras of the protocol: with a handshake, and without. */
export const ERAS = ['2025-11-25', '2026-07-28'] as const;

export type Era = (typeof ERAS)[number];

export interface AgentOptions {
  readonly era?: Era;
  readonly capabilities?: ClientCapabilities;
  readonly session?: SessionOptions;
  readonly simulator?: SimulatorOptions;
  readonly terms?: Partial<Terms>;
  readonly bounds?: Parameters<typeof createWorkspace>[0]['bounds'];
  /** Where decisions about changes are written; without it there are none. */
  readonly audit?: AuditFile;
  /** What a person says to a question; without it the client cannot ask one. */
  readonly person?: (question: string) => ElicitResult | Promise<ElicitResult>;
}

export interface Agent {
  readonly client: Client;
  readonly simulator: Simulator;
  readonly workspace: Workspace;
  /** The text of an answer. */
  call(tool: string, given?: Record<string, unknown>): Promise<Told>;
  close(): Promise<void>;
}

export interface Told {
  readonly text: string;
  readonly isError: boolean;
  readonly structured: unknown;
}

export async function openAgent(options: AgentOptions = {}): Promise<Agent> {
  const { era = '2026-07-28', person } = options;
  const capabilities = options.capabilities ?? (person === undefined ? {} : { elicitation: {} });
  const simulator = createSimulator({ subdomain: 'my-org', ...options.simulator });
  const limits = createLimitBook();
  const session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    onLimit: limits.learn,
    ...options.session,
  });
  const workspace = createWorkspace({
    session,
    registry: builtInRegistry(),
    limits,
    terms: {
      maxRequests: 20,
      subdomain: 'my-org',
      orgs: [],
      commandLine: 'oktaql exec',
      now: Date.now,
      ...options.terms,
    },
    audit: options.audit,
    ...(options.bounds !== undefined && { bounds: options.bounds }),
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = serveStdio(() => createServer(workspace), { transport: far });
  const client = new Client(
    { name: 'agent', version: '1' },
    { capabilities, versionNegotiation: { mode: era === '2026-07-28' ? { pin: era } : 'legacy' } },
  );
  if (person !== undefined) {
    client.setRequestHandler('elicitation/create', async ({ params }) => person(params.message));
  }
  await client.connect(near);
  return {
    client,
    simulator,
    workspace,
    call: async (tool, given = {}) => {
      const { content, isError, structuredContent } = await client.callTool({ name: tool, arguments: given });
      const [first] = content;
      return {
        text: first?.type === 'text' ? first.text : '',
        isError: isError === true,
        structured: structuredContent,
      };
    },
    close: async () => {
      await client.close();
      await server.close();
      await session.close();
    },
  };
}
