import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judge, lineOf, readAccepted } from '../../../tools/recorded/accepted.ts';

const COMMITTED = new URL('../../../tools/recorded-differences.tsv', import.meta.url);

describe('readAccepted', () => {
  test('the committed list has a reason for every entry', () => {
    const list = readAccepted(readFileSync(COMMITTED, 'utf8'));
    expect(list.length).toBeGreaterThan(0);
    expect(list.filter(({ reason }) => reason.trim() === '')).toEqual([]);
  });

  test('the committed list has nothing twice', () => {
    const lines = readAccepted(readFileSync(COMMITTED, 'utf8')).map(lineOf);
    expect(lines).toEqual([...new Set(lines)]);
  });

  test.each(['GET /a\tmissing\tname', 'GET /a\tmissing\tname\t'])('a line without a reason is named: %j', (line) => {
    expect(() => readAccepted(`# A remark.\n\n${line}`)).toThrow('Line 3 needs');
  });
});

describe('judge', () => {
  const seen = { operation: 'GET /api/v1/zones/{}', aspect: 'missing', detail: '_links.self' };
  const cases = [
    ['the same', 'GET /api/v1/zones/{}\tmissing\t_links.self\twhy', true],
    ['another aspect', 'GET /api/v1/zones/{}\textra\t_links.self\twhy', false],
    ['another operation', 'GET /api/v1/zones\tmissing\t_links.self\twhy', false],
    ['another name', 'GET /api/v1/zones/{}\tmissing\t_links\twhy', false],
  ] as const;

  test.each(cases)('%s', (_title, line, isAccepted) => {
    const list = readAccepted(line);
    expect(judge([seen], list)).toEqual(isAccepted ? { unlisted: [], stale: [] } : { unlisted: [seen], stale: list });
  });
});
