import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agent, ERAS, openAgent } from './agent.ts';

describe.each(ERAS)('with a client of %s', (era) => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await openAgent({ era });
  });
  afterAll(() => agent.close());

  test('each table is a resource: its page', async () => {
    const { resources } = await agent.client.listResources();
    const uris = resources.map(({ uri }) => uri);
    expect(uris).toContain('oktaql://okta/apps/jwks');
    expect(new Set(uris).size).toBe(uris.length);
    const { contents } = await agent.client.readResource({ uri: 'oktaql://okta/apps/jwks' });
    expect(contents).toMatchObject([
      { mimeType: 'text/markdown', text: readFileSync('docs/okta/apps/jwks.md', 'utf8') },
    ]);
    const { resourceTemplates } = await agent.client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'oktaql://{provider}/{service}/{table}' }]);
  });

  test.each([
    'oktaql://okta/apps/jwkz',
    'oktaql://okta/apps/..%2f..%2fREADME',
    'oktaql://okta/../../package.json',
    'oktaql://okta/apps',
    'file:///etc/passwd',
    'oktaql://%ff/a/b',
  ])('%s is no resource', async (uri) => {
    await expect(agent.client.readResource({ uri })).rejects.toMatchObject({ code: -32_602 });
  });

  test('each audit question is a prompt, filled', async () => {
    const { prompts } = await agent.client.listPrompts();
    expect(prompts).toHaveLength(12);
    expect(prompts[0]).toMatchObject({
      name: '01-old-signing-keys',
      arguments: [
        { name: 'days', required: false },
        { name: 'subdomain', required: false },
      ],
    });
    const { messages, description } = await agent.client.getPrompt({
      name: '01-old-signing-keys',
      arguments: { days: '30' },
    });
    expect(description).toContain('older than 30 days');
    const [message] = messages;
    const text = message?.content.type === 'text' ? message.content.text : '';
    const [, sql = ''] = /```sql\n([\s\S]*)\n```/.exec(text) ?? [];
    const answer = await agent.call('query', { sql, max_requests: 5000 });
    expect(answer).toMatchObject({ text: expect.stringContaining('Legacy Ticket Bridge'), isError: false });
  });

  test('a prompt that there is not, or that lacks what it needs, is told', async () => {
    await expect(agent.client.getPrompt({ name: 'nothing' })).rejects.toThrow(
      /There is no prompt "nothing"\. There are 01-/,
    );
    await expect(agent.client.getPrompt({ name: '12-rotation' })).rejects.toThrow(
      '12-rotation needs appId and n and kid',
    );
  });
});
