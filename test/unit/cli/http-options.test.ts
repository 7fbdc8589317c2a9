/** What the flags about requests come to. */

import { describe, expect, it } from 'vitest';
import { httpOptions } from '../../../src/cli/http-options.ts';

const FLAGS = { 'http.proxy.host': 'proxy.example', 'http.proxy.port': 3128 };

describe('a proxy of the flags', () => {
  it.each<[environment: Record<string, string>, noProxy: string | undefined]>([
    [{ NO_PROXY: 'okta.com' }, 'okta.com'],
    [{ no_proxy: 'okta.com', NO_PROXY: 'example.com' }, 'okta.com'],
    [{}, undefined],
  ])('has the exceptions of the environment: %j', (environment, noProxy) => {
    expect(httpOptions(FLAGS, (name) => environment[name]).proxy).toMatchObject({ noProxy });
  });
});
