import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Files that change their process or count what is in it: mocked modules, interceptors, listeners, threads, handles. All others
 * share one per worker, which reads and compiles the modules once: a third of the time of a run with a process for each.
 */
const APART = [
  'test/library/{cancellation,msw}.test.ts',
  'test/security/proxies.test.ts',
  'test/unit/cli/traffic.test.ts',
  'test/unit/engine/{duckdb,disk,process,closing,spare}.test.ts',
  'test/unit/http/{client-msw,transport/*}.test.ts',
  'test/unit/session/late-engine.test.ts',
  'test/unit/simulator/{msw,server}.test.ts',
];

const config: ViteUserConfig = defineConfig({
  test: {
    // The smallest CI machine has two cores. Some tests wait for what never ends, and a third worker computes meanwhile.
    maxWorkers: 3,
    setupFiles: ['test/busy-machine.ts'],
    // None of these says how long anything takes: they end what hangs, on however busy a machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000, interval: 10 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: APART,
          isolate: false,
          setupFiles: ['test/spare-engines.ts'],
        },
      },
      { extends: true, test: { name: 'apart', include: APART } },
    ],
  },
});

export default config;
