import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Files that keep nothing of their own in the process may share one, which reads the modules once for all of them. */
const PURE = [
  'test/unit/{cli,docs-generator,okta,output,plan,provider-generator,recorded,registry,request,rows,sql}/**/*.test.ts',
];

const config: ViteUserConfig = defineConfig({
  test: {
    // DuckDB loads a native library per worker; two workers are what the smallest CI machine has.
    maxWorkers: 2,
    setupFiles: ['test/busy-machine.ts'],
    // None of these says how long anything takes: they end what hangs, on however busy a machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000, interval: 10 } },
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
  },
});

export default config;
