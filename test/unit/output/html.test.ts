import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { columnsOf, renderWith } from './render.ts';

const page = async (...rows: Parameters<typeof renderWith>[3][]): Promise<string> =>
  (await renderWith({}, 'html', columnsOf('a', 'n BIGINT'), ...rows)).toString();

describe('html', () => {
  test('lets nothing run but its own script, and fetches nothing', async () => {
    const text = await page([['x', 1]]);
    const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(text) ?? [];
    const hash = (part: string): string => `'sha256-${createHash('sha256').update(part).digest('base64')}'`;
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(text) ?? [];
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    );
    expect(text).not.toMatch(/\b(?:src|href)=|url\(|@import/);
  });

  test.each([
    ['</td><script>alert(1)</script>', '&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    [`" onclick="alert(1)' x='`, '&quot; onclick=&quot;alert(1)&#39; x=&#39;'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['a\u202egnp.exe\u0000\r', 'a\\u202egnp.exe\\u0000\\r'],
    ['two\nlines\tx', 'two\nlines\tx'],
  ])('%j is text', async (value, shown) => {
    const text = await page([[value, 1]]);
    expect(text).toContain(`<td>${shown}</td>`);
    expect(text.match(/<script>/g)).toHaveLength(1);
  });

  test('names and metadata are text, too', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const metadata = { query: evil, org: evil, time: evil, version: evil };
    const text = (await renderWith({ metadata }, 'html', columnsOf('<b>'), [['x']])).toString();
    expect(text).not.toContain('<img');
    expect(text).not.toContain('<b>');
    expect(text.match(/&lt;img/g)).toHaveLength(5);
  });

  test('NULL is no text', async () => {
    const text = await page([
      [null, null],
      ['NULL', 1],
    ]);
    expect(text).toContain('<tr><td class="null">NULL</td><td class="null">NULL</td></tr>');
    expect(text).toContain('<tr><td>NULL</td><td class="number">1</td></tr>');
  });
});
