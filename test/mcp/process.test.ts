/** The command as clients start it, and a process that ends between a decision and its answer. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, test } from 'vitest';
import { createSimulator, listen } from '../../src/simulator/index.ts';

test('a kill between decision and answer leaves the decision', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-mcp-kill-'));
  const audit = join(folder, 'state', 'audit.jsonl');
  const simulator = createSimulator({ subdomain: 'my-org' });
  const server = await listen(simulator);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['dist/cli/main.js', 'mcp', '--subdomain', 'my-org', '--allow-changes', '--audit-file', audit],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      OKTA_API_TOKEN: simulator.token,
      OKTAQL_ENDPOINT_URL: `http://{subdomain}.localhost:${server.port}`,
    },
  });
  const client = new Client(
    { name: 'agent', version: '1' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { apply: true } }));
  try {
    await client.connect(transport);
    const { content } = await client.callTool({
      name: 'query',
      arguments: { sql: 'SELECT id FROM okta.groups.groups ORDER BY id LIMIT 1' },
    });
    const [, id = ''] = /(00g\w{17})/.exec(JSON.stringify(content)) ?? [];
    let atKill = '';
    simulator.switches.faults = [
      {
        match: { method: 'DELETE' },
        answer: () => {
          atKill = readFileSync(audit, 'utf8');
          if (transport.pid !== null) process.kill(transport.pid, 'SIGKILL');
          return 'reset-before';
        },
      },
    ];
    const sql = `DELETE FROM okta.groups.groups WHERE groupId = '${id}'`;
    await expect(client.callTool({ name: 'change', arguments: { sql } })).rejects.toThrow();
    const lines = readFileSync(audit, 'utf8').trim().split('\n');
    expect(readFileSync(audit, 'utf8')).toBe(atKill);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { decision: 'asked', client: 'agent', tag: 'DELETE', requests: [{ method: 'DELETE' }] },
      { decision: 'confirmed', requests: [{ url: expect.stringContaining(`/api/v1/groups/${id}`) }] },
    ]);
  } finally {
    await client.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
});

test('the configuration of the README starts a server that answers', async () => {
  const [, json = ''] = /```json\n(\{\n {2}"mcpServers"[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const { mcpServers } = JSON.parse(json) as { mcpServers: { okta: { command: string; args: readonly string[] } } };
  const args = mcpServers.okta.args.map((each) => each.replace('/path/to/oktaql/', ''));
  const client = new Client({ name: 'agent', version: '1' });
  try {
    await client.connect(new StdioClientTransport({ command: mcpServers.okta.command, args, stderr: 'pipe' }));
    const { content } = await client.callTool({
      name: 'query',
      arguments: { sql: 'SELECT count(*) AS n FROM okta.groups.groups' },
    });
    expect(content).toMatchObject([{ text: expect.stringContaining('1 row, all shown') }]);
  } finally {
    await client.close();
  }
});
