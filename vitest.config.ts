import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // DuckDB loads a native library per worker; two workers are what the smallest CI machine has.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});

export default config;
