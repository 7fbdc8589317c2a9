import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judge, readAccepted } from '../../../tools/recorded/accepted.ts';

const COMMITTED = new URL('../../../tools/recorded-differences.tsv', import.meta.url);

describe('readAccepted', () => {
  test('the committed list has a reason for every entry', () => {
    const list = readAccepted(readFileSync(COMMITTED, 'utf8'));
    expect(list.length).toBeGreaterThan(0);
    expect(list.filter(({ reason }) => reason.trim() === '')).toEqual([]);
  });

  test('the committed list allows no difference everywhere', () => {
    const list = readAccepted(readFileSync(COMMITTED, 'utf8'));
    expect(list.filter(({ operation, detail }) => operation === '*' && detail === '*')).toEqual([]);
  });

  test.each(['GET /a\tmissing\tname', 'GET /a\tmissing\tname\t'])('a line without a reason is named: %j', (line) => {
    expect(() => readAccepted(`# A remark.\n\n${line}`)).toThrow('Line 3 needs');
  });
});

describe('judge', () => {
  const seen = { operation: 'GET /api/v1/zones/{}', aspect: 'missing', detail: '_links.self' };
  const cases = [
    ['the same', 'GET /api/v1/zones/{}\tmissing\t_links.self\twhy', true],
    ['stars for any text', '*/zones*\t*\t_links.*\twhy', true],
    ['another aspect', 'GET /api/v1/zones/{}\textra\t_links.self\twhy', false],
    ['only the beginning', 'GET /api/v1/zones\tmissing\t_links.self\twhy', false],
    ['a dot is a dot', 'GET /api/v1/zones/{}\tmissing\t_links_self\twhy', false],
  ] as const;

  test.each(cases)('%s', (_title, line, isAccepted) => {
    const list = readAccepted(line);
    expect(judge([seen], list)).toEqual(isAccepted ? { unlisted: [], stale: [] } : { unlisted: [seen], stale: list });
  });
});
