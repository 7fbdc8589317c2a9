import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // DuckDB loads a native library per worker; two workers are what the smallest CI machine has.
    maxWorkers: 2,
    // None of these says how long anything takes: they end what hangs, on however busy a machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000, interval: 10 } },
  },
});

export default config;
