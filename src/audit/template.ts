/**
 * A pack to begin with.
 *
 * @module
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AuditFileError } from '../errors.ts';

const CONTROL = `-- id: nobody-is-locked-out
-- title: Nobody is locked out
-- severity: low
-- description: >-
--   Somebody who is locked out cannot work, and many at once may be an attack.
-- remediation: Find out who tried, then unlock the account under Directory, People.
-- references:
--   - { title: User statuses, url: https://help.okta.com/oie/en-us/content/topics/users-groups-profiles/usgp-end-user-states.htm }
-- parameters:
--   state: { default: LOCKED_OUT, description: the status that nobody should have }
-- needs: [okta.users.read]
SELECT profile.login AS resource,
  CASE WHEN status = $state THEN 'alarm' ELSE 'ok' END AS status,
  'is ' || status AS reason
FROM okta.users.users
WHERE subdomain = $subdomain
`;

/**
 * Makes a folder with a pack of one control.
 *
 * @returns the files that were written
 * @throws AuditFileError where something is there already
 */
export function newPack(folder: string): readonly string[] {
  if (existsSync(folder)) {
    throw new AuditFileError('there is something there already', {
      file: folder,
      hint: 'Name a folder that is not there yet.',
    });
  }
  const title = JSON.stringify(basename(folder));
  const manifest = `title: ${title}
description: What it asks, in a sentence.
version: "0.1.0"
groups:
  - id: accounts
    title: Accounts
    controls: [nobody-is-locked-out]
`;
  mkdirSync(folder, { recursive: true });
  const files = [join(folder, 'pack.yaml'), join(folder, 'nobody-is-locked-out.sql')];
  for (const [index, text] of [manifest, CONTROL].entries()) writeFileSync(files[index] ?? '', text, { flag: 'wx' });
  return files;
}
