/** The report in a browser: an accessibility checker, in light and dark and at the width of a phone. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../../src/audit/reports/html.ts';
import { freshPath, packOf, removeAfterwards, runPack, verdicts } from './packs.ts';

removeAfterwards();

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

const require = createRequire(import.meta.url);

/** What the page itself would never let run: the checker, and whatever asks for the policy to be lifted for it. */
function withChecker(html: string): string {
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  const run = `axe.run().then(({ violations }) => {
    const found = violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 80)).join(' | '));
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    document.title = JSON.stringify({ found, dark, wide: document.documentElement.scrollWidth > innerWidth });
  });`;
  return html
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    .replace('</body>', () => `<script>${axe}</script><script>${run}</script></body>`);
}

function inBrowser(html: string, ...flags: readonly string[]): unknown {
  const file = freshPath('page.html');
  writeFileSync(file, html);
  const { stdout } = spawnSync(
    CHROMIUM ?? '',
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', `--user-data-dir=${freshPath('profile')}`],
      // Time of the page's own, which stands still while it computes.
      ...['--virtual-time-budget=10000', '--dump-dom', ...flags, `file://${file}`],
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const title = /<title>([^<]*)<\/title>/.exec(stdout)?.[1] ?? '';
  return title.startsWith('{') ? JSON.parse(title) : title;
}

describe.skipIf(CHROMIUM === undefined)(
  'the page in Chromium (skipped where there is none)',
  () => {
    let html: string;
    beforeAll(async () => {
      const many = Array.from(
        { length: 30 },
        (_, index) =>
          [
            `object-${index}`,
            index % 3 === 0 ? 'alarm' : 'ok',
            `because of ${'many things '.repeat(index % 5)}`,
          ] as const,
      );
      const pack = packOf({
        many: {
          severity: 'high',
          sql: verdicts(...many),
          head: 'description: Long.\nremediation: Do it.\nreferences: [{ title: A source, url: https://example.com/, id: X-1 }]',
        },
        ages: {
          sql: "SELECT 'k' || i AS resource, CASE WHEN i > 60 THEN 'alarm' ELSE 'ok' END AS status, 'old' AS reason, i AS days FROM range(0, 70) AS t(i)",
          head: 'chart: days',
        },
        each: { sql: verdicts(['a', 'skip', 'x'], ['b', 'error', 'y'], ['c', 'info', 'z'], ['d', 'ok', '']) },
        fine: { severity: 'info', sql: verdicts(['a', 'ok', '']) },
        hostile: {
          severity: 'low',
          sql: verdicts(['<script>document.title = "hacked"</script>', 'alarm', '"><img src=x onerror=alert(1)>']),
        },
        look: { head: 'manual: Look there.' },
      });
      html = htmlReport(await runPack(pack));
    });

    it.each<[what: string, flags: readonly string[], dark: boolean]>([
      ['light', ['--blink-settings=preferredColorScheme=1', '--window-size=1200,900'], false],
      ['dark, as narrow as a phone', ['--blink-settings=preferredColorScheme=0', '--window-size=500,900'], true],
    ])('is accessible in %s', (_what, flags, dark) => {
      expect(inBrowser(withChecker(html), ...flags)).toEqual({ found: [], dark, wide: false });
    });

    it('runs nothing of its rows', () => {
      expect(inBrowser(html)).toBe('Audit of my-org');
    });
  },
  120_000,
);
