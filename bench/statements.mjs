// What people ask of an org, with the smallest number of requests that can answer it on the simulated demo org, worked out by
// hand. Each reading of a table counts: a list by its pages, a child by its parents that can have any, an object by one.
//
// The rules of `least`, so that it is neither kind nor impossible:
// - Every parameter of Okta's own specification may be used that the simulated org takes, whether we use it or not: `search`,
//   `sortBy`, `expand`, and one `filter` that brings users of every status (`lastUpdated ge`), where we read two lists.
// - It knows the org: how many pages a list has, and what an answer that it has read says about the children.
// - A table is read by the methods of its own document, or by copies of its rows that Okta puts into another answer.
//   Where the methods of another table could stand in for it, that smaller number is `elsewhere`.
// - A search that lags behind is allowed: nothing was changed before.
// `sent` is what we send today, and `excess` by which mechanism it is more.

/** @typedef {import('./statements.d.mts').Statement} Statement */

/** @type {readonly Statement[]} */
export const STATEMENTS = [
  // The questions of docs/audit.
  {
    name: 'audit 01: old signing keys',
    audit: '01-old-signing-keys.sql',
    least: 18,
    because: '1 apps, whose copies tell the 17 that have active signing keys; 17 key lists, for created',
    sent: 18,
  },
  { name: 'audit 02: no spare key', audit: '02-no-spare-key.sql', least: 1, because: '1 apps, with copies', sent: 1 },
  {
    name: 'audit 03: inactive credentials',
    audit: '03-inactive-credentials.sql',
    least: 12,
    because: '1 apps, 6 whose copies show an inactive key, 5 with a client secret',
    sent: 23,
    excess: 'the copies of the keys do not choose which apps are asked',
  },
  { name: 'audit 04: shared keys', audit: '04-shared-keys.sql', least: 1, because: '1 apps, with copies', sent: 1 },
  { name: 'audit 05: weak keys', audit: '05-weak-keys.sql', least: 1, because: '1 apps, with copies', sent: 1 },
  { name: 'audit 06: too many keys', audit: '06-too-many-keys.sql', least: 1, because: '1 apps, with copies', sent: 1 },
  {
    name: 'audit 07: keys elsewhere',
    audit: '07-keys-elsewhere-or-secrets.sql',
    least: 9,
    because: '1 apps, grants and roles of 4 active apps with a secret',
    sent: 9,
  },
  {
    name: 'audit 08: reach of keys',
    audit: '08-reach-of-keys.sql',
    least: 31,
    because: '1 apps, grants and roles of 15 active apps with an active key',
    sent: 31,
  },
  {
    name: 'audit 09: last use',
    audit: '09-last-use.sql',
    least: 2,
    because: '1 apps, 1 page of the log for both kinds of events',
    sent: 3,
    excess: 'two scans of one list are not one',
  },
  {
    name: 'audit 10: SAML certificates',
    audit: '10-saml-certificates.sql',
    least: 5,
    because: '1 apps, 4 active SAML apps',
    sent: 5,
  },
  {
    name: 'audit 11: API tokens',
    audit: '11-api-tokens.sql',
    least: 2,
    because: '1 tokens, 1 list of users for the 5 ids of their owners',
    sent: 3,
    excess: 'a few ids of many are found in the whole list: two lists in place of one filter',
  },

  // Users.
  {
    name: 'users by status',
    sql: 'SELECT status, count(*) FROM okta.users.users GROUP BY 1',
    least: 1,
    because: '1 page of users by a filter that all of them pass',
    sent: 2,
    excess: 'the list of users leaves out the deprovisioned: two lists in place of one filter',
  },
  {
    name: 'users who are not deprovisioned',
    sql: `SELECT count(*) FROM okta.users.users WHERE status <> 'DEPROVISIONED'`,
    least: 1,
    because: '1 page; the list has just these',
    sent: 1,
  },
  {
    name: 'users of two statuses',
    sql: `SELECT id, profile.login FROM okta.users.users WHERE status IN ('SUSPENDED', 'LOCKED_OUT')`,
    least: 1,
    because: '1 page by filter',
    sent: 1,
  },
  {
    name: 'a user by login',
    sql: `SELECT id, status FROM okta.users.users WHERE profile.login = 'ada.archer@example.com'`,
    least: 1,
    because: '1 page by filter',
    sent: 1,
  },
  {
    name: 'users of a department',
    sql: `SELECT id, profile.email FROM okta.users.users WHERE profile.department = 'Legal'`,
    least: 1,
    because: '1 page by search',
    sent: 1,
  },
  {
    name: 'users whose login begins so',
    sql: `SELECT id FROM okta.users.users WHERE profile->>'login' LIKE 'a%'`,
    least: 1,
    because: '1 page by search',
    sent: 1,
  },
  {
    name: 'users made in the last month',
    sql: 'SELECT id, created FROM okta.users.users WHERE created > now() - INTERVAL 30 DAYS',
    least: 1,
    because: '1 page by search',
    sent: 1,
  },
  {
    name: 'users changed in the last month',
    sql: 'SELECT id, lastUpdated FROM okta.users.users WHERE lastUpdated > now() - INTERVAL 30 DAYS',
    least: 1,
    because: '1 page by filter',
    sent: 1,
  },
  {
    name: 'the three newest users',
    sql: 'SELECT id, created FROM okta.users.users ORDER BY created DESC LIMIT 3',
    least: 1,
    because: '1 page of a sorted search',
    sent: 1,
  },
  {
    name: 'users of a short IN list',
    sql: ({ users }) => `SELECT id, status FROM okta.users.users WHERE id IN (${quoted(users.slice(0, 3))})`,
    least: 1,
    because: '1 page by a filter of 3 ids',
    sent: 1,
  },
  {
    name: 'users of a long IN list',
    sql: ({ users }) => `SELECT id, status FROM okta.users.users WHERE id IN (${quoted(users)})`,
    least: 1,
    because: '1 page by a filter of 60 ids',
    sent: 1,
  },
  {
    name: 'users outside a group',
    sql: `SELECT u.id FROM okta.users.users u WHERE u.status = 'ACTIVE' AND NOT EXISTS (
        SELECT 1 FROM okta.groups.groups g JOIN okta.groups.users m ON m.groupId = g.id
        WHERE g.profile.name = 'Engineering' AND m.id = u.id)`,
    least: 3,
    because: '1 users by filter, 1 group by search, 1 its members',
    sent: 3,
  },

  // Applications.
  {
    name: 'apps by sign-on mode',
    sql: 'SELECT signOnMode, count(*) FROM okta.apps.applications GROUP BY 1',
    least: 1,
    because: '1 page of apps',
    sent: 1,
  },
  {
    name: 'apps of an IN list',
    sql: ({ apps }) => `SELECT id, label FROM okta.apps.applications WHERE id IN (${quoted(apps.slice(0, 5))})`,
    least: 1,
    because: '1 page by a filter of 5 ids',
    sent: 1,
  },
  {
    name: 'who has which app',
    sql: `SELECT a.label, u.profile.login
      FROM okta.apps.applications a
      JOIN okta.apps.application_users au ON au.appId = a.id
      JOIN okta.users.users u ON u.id = au.id`,
    least: 43,
    because: '1 apps, 42 lists of their users, which expand=user makes carry the users themselves',
    sent: 44,
    excess: 'no expand=user, and two lists of users',
  },
  {
    name: 'which group gives which app',
    sql: `SELECT a.label, g.profile.name
      FROM okta.apps.applications a
      JOIN okta.apps.group_assignments ga ON ga.appId = a.id
      JOIN okta.groups.groups g ON g.id = ga.groupId`,
    least: 44,
    because: '1 apps, 42 lists of their groups, 1 groups',
    elsewhere: { least: 14, because: 'okta.groups.assigned_apps of 12 groups' },
    sent: 44,
  },
  {
    name: 'who gets an app by which group',
    sql: `SELECT a.label, g.profile.name, m.profile.login
      FROM okta.apps.applications a
      JOIN okta.apps.group_assignments ga ON ga.appId = a.id
      JOIN okta.groups.groups g ON g.id = ga.groupId
      JOIN okta.groups.users m ON m.groupId = g.id
      WHERE a.label = 'Payroll Sync'`,
    least: 5,
    because: '1 apps, 1 its groups, 1 those groups by search, 2 their members',
    sent: 5,
  },
  {
    name: 'deprovisioned users who still have apps',
    sql: `SELECT u.profile.login, a.label
      FROM okta.users.users u
      JOIN okta.apps.application_users au ON au.id = u.id
      JOIN okta.apps.applications a ON a.id = au.appId
      WHERE u.status = 'DEPROVISIONED'`,
    least: 43,
    because: '1 apps, 42 lists of their users with the users in them',
    elsewhere: { least: 4, because: 'okta.users.app_links of 3 users' },
    sent: 44,
    excess: 'no expand=user',
  },
  {
    name: 'SAML apps and how many have each',
    sql: `SELECT a.label, (SELECT count(*) FROM okta.apps.application_users au WHERE au.appId = a.id) AS users
      FROM okta.apps.applications a WHERE a.signOnMode = 'SAML_2_0'`,
    least: 6,
    because: '1 apps, 5 lists of their users',
    sent: 6,
  },
  {
    name: 'apps without a group',
    sql: `SELECT a.label FROM okta.apps.applications a
      WHERE NOT EXISTS (SELECT 1 FROM okta.apps.group_assignments ga WHERE ga.appId = a.id)`,
    least: 43,
    because: '1 apps, 42 lists of their groups',
    elsewhere: { least: 14, because: 'okta.groups.assigned_apps of 12 groups' },
    sent: 43,
  },
  {
    name: 'some assignments',
    sql: 'SELECT appId, id FROM okta.apps.application_users LIMIT 5',
    least: 2,
    because: '1 apps, 1 list: the first app has 11 users',
    sent: 2,
  },
  {
    name: 'all client secrets',
    sql: 'SELECT appId, id, status FROM okta.apps.secrets',
    least: 12,
    because: '1 apps, 11 lists: 19 of 30 OAuth clients log in with a key, and so have no secret',
    sent: 12,
  },
  {
    name: 'all columns of all keys',
    sql: 'SELECT * FROM okta.apps.jwks',
    least: 18,
    because: '1 apps, 17 that have keys',
    sent: 18,
  },
  {
    name: 'the keys of one app',
    sql: `SELECT j.kid, j.created FROM okta.apps.applications a JOIN okta.apps.jwks j ON j.appId = a.id
      WHERE a.label = 'Payroll Sync'`,
    least: 2,
    because: '1 apps, 1 key list',
    sent: 2,
  },
  {
    name: 'grants of service apps',
    sql: `SELECT a.label, g.scopeId FROM okta.apps.applications a JOIN okta.apps.grants g ON g.appId = a.id
      WHERE a.status = 'ACTIVE' AND a.settings.oauthClient.application_type = 'service'`,
    least: 15,
    because: '1 apps, 14 active service apps',
    sent: 15,
  },
  {
    name: 'roles of clients',
    sql: `SELECT a.label, r.type FROM okta.apps.applications a JOIN okta.oauth2.client_roles r ON r.clientId = a.id`,
    least: 31,
    because: '1 apps, 30 OAuth clients',
    sent: 31,
  },

  // Keys from what is no resource.
  {
    name: 'factors of VALUES',
    sql: ({ users }) => `SELECT f.userId, f.factorType
      FROM (VALUES ${users.slice(0, 3).map((id) => `('${id}')`)}) AS v(id) JOIN okta.users.factors f ON f.userId = v.id`,
    least: 3,
    because: '3 users',
    sent: 3,
  },
  {
    name: 'factors of a CTE',
    sql: ({ users }) => `WITH wanted AS (SELECT '${users[0]}' AS id UNION ALL SELECT '${users[1]}')
      SELECT userId, factorType FROM okta.users.factors WHERE userId IN (SELECT id FROM wanted)`,
    least: 2,
    because: '2 users',
    sent: 2,
  },
  {
    name: 'factors of ANY of a list',
    sql: ({ users }) =>
      `SELECT userId, factorType FROM okta.users.factors WHERE userId = ANY(['${users[0]}', '${users[1]}'])`,
    least: 2,
    because: '2 users',
    sent: 2,
  },
  {
    name: 'factors of a recursive CTE',
    sql: ({ users }) => `WITH RECURSIVE wanted(n, id) AS (
        SELECT 0, '${users[0]}' UNION ALL SELECT n + 1, '${users[1]}' FROM wanted WHERE n < 1)
      SELECT userId, factorType FROM okta.users.factors WHERE userId IN (SELECT id FROM wanted)`,
    least: 2,
    because: '2 users',
    sent: 2,
  },
  {
    name: 'factors of a CSV file',
    sql: ({ csv }) =>
      `SELECT f.userId, f.factorType, c.why FROM '${csv}' c JOIN okta.users.factors f ON f.userId = c.id`,
    least: 3,
    because: '3 users',
    sent: 3,
  },
  {
    name: 'factors of a table of the session',
    sql: 'SELECT f.userId, f.factorType FROM watched w JOIN okta.users.factors f ON f.userId = w.id',
    least: 2,
    because: '2 users',
    sent: 2,
  },
  {
    name: 'factors of a materialized view',
    sql: 'SELECT userId, factorType FROM okta.users.factors WHERE userId IN (SELECT id FROM suspended)',
    least: 2,
    because: '2 users',
    sent: 2,
  },

  // Keys from other tables.
  {
    name: 'factors of the user with a login',
    sql: `SELECT factorType FROM okta.users.factors
      WHERE userId = (SELECT id FROM okta.users.users WHERE profile.login = 'ada.archer@example.com')`,
    least: 2,
    because: '1 user by filter, 1 factors',
    sent: 2,
  },
  {
    name: 'factors that EXISTS asks for',
    sql: `SELECT f.userId, f.factorType FROM okta.users.factors f
      WHERE EXISTS (SELECT 1 FROM okta.users.users u WHERE u.id = f.userId AND u.status = 'SUSPENDED')`,
    least: 3,
    because: '1 users by filter, 2 factors',
    sent: 3,
  },
  {
    name: 'factors of users who are not active',
    sql: `SELECT f.userId, f.factorType FROM okta.users.factors f
      WHERE NOT EXISTS (SELECT 1 FROM okta.users.users u WHERE u.id = f.userId AND u.status = 'ACTIVE')`,
    least: 11,
    because: '1 page of all users, factors of the 10 who are not active',
    sent: 13,
    excess: 'the active ones and all users are two lists',
  },
  {
    name: 'factors of a UNION of users',
    sql: `SELECT userId, factorType FROM okta.users.factors WHERE userId IN (
        SELECT id FROM okta.users.users WHERE status = 'SUSPENDED'
        UNION SELECT id FROM okta.users.users WHERE status = 'LOCKED_OUT')`,
    least: 4,
    because: '1 users by one filter of both, 3 factors',
    sent: 5,
    excess: 'each arm of a UNION is a list of its own',
  },
  {
    name: 'factors of each suspended user, LATERAL',
    sql: `SELECT u.profile.login, x.newest FROM okta.users.users u,
        LATERAL (SELECT max(f.created) AS newest FROM okta.users.factors f WHERE f.userId = u.id) x
      WHERE u.status = 'SUSPENDED'`,
    least: 3,
    because: '1 users by filter, 2 factors',
    sent: 3,
  },
  {
    name: 'active administrators without a factor',
    sql: `SELECT m.profile.login FROM okta.groups.groups g JOIN okta.groups.users m ON m.groupId = g.id
      WHERE g.profile.name = 'Administrators' AND m.status = 'ACTIVE'
        AND NOT EXISTS (SELECT 1 FROM okta.users.factors f WHERE f.userId = m.id)`,
    least: 12,
    because: '1 group by search, 1 its members, factors of the 10 active ones',
    sent: 12,
  },
  {
    name: 'groups of one user',
    sql: `SELECT g.profile.name FROM okta.users.users u JOIN okta.users.user_groups g ON g.userId = u.id
      WHERE u.profile.login = 'ada.archer@example.com'`,
    least: 2,
    because: '1 user by filter, 1 groups',
    sent: 2,
  },
  {
    name: 'groups of all users',
    sql: 'SELECT u.profile.login, g.profile.name FROM okta.users.users u JOIN okta.users.user_groups g ON g.userId = u.id',
    least: 61,
    because: '1 users, 60 lists of their groups',
    elsewhere: { least: 13, because: 'okta.groups.users of 12 groups' },
    sent: 62,
    excess: 'the list of users leaves out the deprovisioned: two lists in place of one filter',
  },
  {
    name: 'apps of suspended users',
    sql: `SELECT u.profile.login, l.label FROM okta.users.users u JOIN okta.users.app_links l ON l.userId = u.id
      WHERE u.status = 'SUSPENDED'`,
    least: 3,
    because: '1 users by filter, 2 lists',
    sent: 3,
  },
  {
    name: 'super administrators',
    sql: `SELECT u.profile.login FROM okta.users.users u
      JOIN okta.users.role_assignment_users r ON r.userId = u.id WHERE r.type = 'SUPER_ADMIN'`,
    least: 61,
    because: '1 users, 60 lists of their roles',
    elsewhere: { least: 7, because: 'okta.iam.users_with_role_assignments names the 5 who have any' },
    sent: 62,
    excess: 'the list of users leaves out the deprovisioned: two lists in place of one filter',
  },
  {
    name: 'roles of those who have any',
    sql: `SELECT w.id, r.type FROM okta.iam.users_with_role_assignments w
      JOIN okta.users.role_assignment_users r ON r.userId = w.id`,
    least: 6,
    because: '1 assignees, 5 lists of their roles',
    sent: 6,
  },

  // The log.
  {
    name: 'the ten newest events',
    sql: 'SELECT published, eventType FROM okta.logs.system_log_events ORDER BY published DESC LIMIT 10',
    least: 1,
    because: '1 page of the log',
    sent: 1,
  },
  {
    name: 'when anything happened last',
    sql: 'SELECT max(published) FROM okta.logs.system_log_events',
    least: 1,
    because: '1 page of the log',
    sent: 1,
  },
  {
    name: 'events of the last hours',
    sql: 'SELECT count(*) FROM okta.logs.system_log_events WHERE published > now() - INTERVAL 6 HOURS',
    least: 1,
    because: '1 page of the log',
    sent: 1,
  },
  {
    name: 'events of ninety days by kind',
    sql: `SELECT eventType, count(*) FROM okta.logs.system_log_events
      WHERE published >= now() - INTERVAL 90 DAYS AND published < now() GROUP BY 1`,
    least: 1,
    because: '1 page of the log: it has 240 events',
    sent: 1,
  },
  {
    name: 'who failed to sign in',
    sql: `SELECT u.profile.login, u.status, count(*) FROM okta.logs.system_log_events e
      JOIN okta.users.users u ON u.id = e.actor.id
      WHERE e.eventType = 'user.session.start' AND e.outcome.result = 'FAILURE' GROUP BY ALL`,
    least: 2,
    because: '1 page of the log, 1 list of users for 29 ids',
    sent: 2,
  },
  {
    name: 'factors of who used one',
    sql: `SELECT DISTINCT f.userId, f.factorType FROM okta.logs.system_log_events e
      JOIN okta.users.factors f ON f.userId = (e.actor->>'id') WHERE e.eventType = 'user.authentication.auth_via_mfa'`,
    least: 30,
    because: '1 page of the log, factors of 29 actors',
    sent: 30,
  },
  {
    name: 'factors of the actors of no event',
    sql: `SELECT f.userId FROM okta.logs.system_log_events e
      JOIN okta.users.factors f ON f.userId = (e.actor->>'id') WHERE e.eventType = 'system.nothing.like.it'`,
    least: 1,
    because: '1 page of the log, which is empty',
    sent: 1,
  },
  {
    name: 'factors of the busiest actors',
    sql: `SELECT userId, factorType FROM okta.users.factors WHERE userId IN (
        SELECT actor->>'id' FROM okta.logs.system_log_events GROUP BY 1 HAVING count(*) > 4)`,
    least: 9,
    because: '1 page of the log, factors of 8 actors',
    sent: 9,
  },
  {
    name: 'factors of the actors of the newest events',
    sql: `SELECT userId, factorType FROM okta.users.factors WHERE userId IN (
        SELECT actor->>'id' FROM okta.logs.system_log_events ORDER BY published DESC LIMIT 5)`,
    least: 6,
    because: '1 page of the log, factors of 5 actors',
    sent: 6,
  },

  // Groups.
  {
    name: 'groups that people made',
    sql: `SELECT id, profile.name FROM okta.groups.groups WHERE type = 'OKTA_GROUP'`,
    least: 1,
    because: '1 page of groups',
    sent: 1,
  },
  {
    name: 'members of a group',
    sql: `SELECT m.profile.login FROM okta.groups.groups g JOIN okta.groups.users m ON m.groupId = g.id
      WHERE g.profile.name = 'Legal'`,
    least: 2,
    because: '1 group by search, 1 its members',
    sent: 2,
  },
  {
    name: 'groups by size',
    sql: `SELECT g.profile.name, count(m.id) FROM okta.groups.groups g
      LEFT JOIN okta.groups.users m ON m.groupId = g.id GROUP BY 1`,
    least: 13,
    because: '1 groups, 12 lists of members; the simulated org has no expand=stats',
    sent: 13,
  },
  {
    name: 'groups without members',
    sql: `SELECT g.profile.name FROM okta.groups.groups g
      WHERE NOT EXISTS (SELECT 1 FROM okta.groups.users m WHERE m.groupId = g.id)`,
    least: 13,
    because: '1 groups, 12 lists of members',
    sent: 13,
  },
  {
    name: 'members of two groups',
    sql: `SELECT m.id FROM okta.groups.groups g JOIN okta.groups.users m ON m.groupId = g.id
        WHERE g.profile.name = 'Administrators'
      INTERSECT SELECT m.id FROM okta.groups.groups g JOIN okta.groups.users m ON m.groupId = g.id
        WHERE g.profile.name = 'Engineering'`,
    least: 3,
    because: '1 both groups by one search, 2 lists of members',
    sent: 4,
    excess: 'two scans of one list are not one',
  },
  {
    name: 'where rules put people',
    sql: `SELECT r.name, g.profile.name FROM okta.groups.rules r,
        unnest(from_json(r.actions->'assignUserToGroups'->'groupIds', '["VARCHAR"]')) AS t(groupId)
      JOIN okta.groups.groups g ON g.id = t.groupId`,
    least: 2,
    because: '1 rules, 1 groups',
    sent: 2,
  },

  // Devices.
  {
    name: 'devices by platform',
    sql: 'SELECT profile.platform, count(*) FROM okta.devices.devices GROUP BY 1',
    least: 1,
    because: '1 page of devices',
    sent: 1,
  },
  {
    name: 'accounts of a device',
    sql: `SELECT a.* FROM okta.devices.devices d JOIN okta.devices.device_os_accounts a ON a.deviceId = d.id
      WHERE d.profile.displayName = 'Device 3'`,
    least: 2,
    because: '1 device by search, 1 its accounts',
    sent: 2,
  },
  {
    name: 'whose device is which',
    sql: `SELECT d.profile.displayName, u.user->>'id' FROM okta.devices.devices d
      JOIN okta.devices.device_users u ON u.deviceId = d.id`,
    least: 21,
    because: '1 devices, 20 lists of their users',
    sent: 21,
  },
  {
    name: 'devices of suspended users',
    sql: `SELECT u.profile.login, d.device->>'id' FROM okta.users.users u
      JOIN okta.users.user_devices d ON d.userId = u.id WHERE u.status = 'SUSPENDED'`,
    least: 3,
    because: '1 users by filter, 2 lists of their devices',
    sent: 3,
  },

  // Policies.
  {
    name: 'all policies',
    sql: 'SELECT type, name, status FROM okta.policies.policies',
    least: 12,
    because: '1 list for each of 12 types',
    sent: 12,
  },
  {
    name: 'policies of two types',
    sql: `SELECT name FROM okta.policies.policies WHERE type IN ('PASSWORD', 'OKTA_SIGN_ON')`,
    least: 2,
    because: '2 lists',
    sent: 2,
  },
  {
    name: 'rules of the enrolment policies',
    sql: `SELECT p.name, r.name FROM okta.policies.policies p JOIN okta.policies.policy_rules r ON r.policyId = p.id
      WHERE p.type = 'MFA_ENROLL'`,
    least: 3,
    because: '1 list, 2 lists of rules',
    sent: 3,
  },
  {
    name: 'rules of all policies',
    sql: `SELECT p.type, p.name, r.name FROM okta.policies.policies p
      JOIN okta.policies.policy_rules r ON r.policyId = p.id`,
    least: 28,
    because: '12 lists of policies, 16 lists of rules',
    sent: 28,
  },
  {
    name: 'apps of the access policies',
    sql: `SELECT p.name, a.label FROM okta.policies.policies p JOIN okta.policies.policy_apps a ON a.policyId = p.id
      WHERE p.type = 'ACCESS_POLICY'`,
    least: 5,
    because: '1 list, 28 apps of each of 2 policies in pages of 20',
    sent: 5,
  },

  // Identity providers, authorization servers and the rest of the org.
  {
    name: 'users of identity providers',
    sql: `SELECT i.name, u.profile.login FROM okta.idps.identity_providers i
      JOIN okta.idps.idp_users iu ON iu.idpId = i.id JOIN okta.users.users u ON u.id = iu.id`,
    least: 5,
    because: '1 providers, 3 lists of their users, 1 list of users for 3 ids',
    sent: 5,
  },
  {
    name: 'scopes of authorization servers',
    sql: `SELECT s.name, sc.name FROM okta.authorizationservers.authorization_servers s
      JOIN okta.authorizationservers.scopes sc ON sc.authServerId = s.id`,
    least: 4,
    because: '1 servers, 3 lists of scopes',
    sent: 4,
  },
  {
    name: 'claims of active authorization servers',
    sql: `SELECT s.name, c.name FROM okta.authorizationservers.authorization_servers s
      JOIN okta.authorizationservers.claims c ON c.authServerId = s.id WHERE s.status = 'ACTIVE'`,
    least: 3,
    because: '1 servers, 2 active ones',
    sent: 3,
  },
  {
    name: 'rules of authorization servers',
    sql: `SELECT s.name, p.name, r.name FROM okta.authorizationservers.authorization_servers s
      JOIN okta.authorizationservers.policies p ON p.authServerId = s.id
      JOIN okta.authorizationservers.rules r ON r.authServerId = s.id AND r.policyId = p.id`,
    least: 10,
    because: '1 servers, 3 lists of policies, 6 lists of rules',
    sent: 10,
  },
  {
    name: 'clients of authorization servers',
    sql: `SELECT s.name, a.label FROM okta.authorizationservers.authorization_servers s
      JOIN okta.authorizationservers.clients c ON c.authServerId = s.id
      JOIN okta.apps.applications a ON a.id = c.client_id`,
    least: 5,
    because: '1 servers, 3 lists of clients, 1 apps',
    sent: 5,
  },
  {
    name: 'old keys of authorization servers',
    sql: `SELECT s.name, k.kid FROM okta.authorizationservers.authorization_servers s
      JOIN okta.authorizationservers.keys k ON k.authServerId = s.id WHERE s.credentials.signing.rotationMode = 'MANUAL'`,
    least: 2,
    because: '1 servers, 1 keys of the one that is rotated by hand',
    sent: 2,
  },
  {
    name: 'permissions of custom roles',
    sql: `SELECT r.label, p.label FROM okta.iam.roles r JOIN okta.iam.role_permissions p ON p.roleIdOrLabel = r.id`,
    least: 3,
    because: '1 roles, 2 lists of permissions',
    sent: 3,
  },
  {
    name: 'mail templates of brands',
    sql: `SELECT b.name, t.name FROM okta.brands.brands b JOIN okta.brands.email_templates t ON t.brandId = b.id`,
    least: 3,
    because: '1 brands, 2 lists of templates',
    sent: 3,
  },
  {
    name: 'active trusted origins',
    sql: `SELECT name, origin FROM okta.trustedorigins.trusted_origins WHERE status = 'ACTIVE'`,
    least: 1,
    because: '1 page by filter',
    sent: 1,
  },

  // Two orgs.
  {
    name: 'apps of two orgs',
    sql: `SELECT subdomain, count(*) FROM okta.apps.applications WHERE subdomain IN ('my-org', 'eu-org') GROUP BY 1`,
    least: 2,
    because: '1 page of each',
    sent: 2,
  },
  {
    name: 'keys of two orgs',
    sql: `SELECT subdomain, kid FROM okta.apps.jwks WHERE subdomain IN ('my-org', 'eu-org')`,
    least: 2,
    because: '1 page of apps of each, with copies',
    sent: 2,
  },
  {
    name: 'people who are in two orgs',
    sql: `SELECT a.id, b.id FROM okta.users.users a JOIN okta.users.users b ON b.profile.login = a.profile.login
      WHERE a.subdomain = 'my-org' AND b.subdomain = 'eu-org'`,
    least: 2,
    because: '1 page of each, by a filter that all pass',
    sent: 4,
    excess: 'the list of users leaves out the deprovisioned: two lists in place of one filter',
  },
  {
    name: 'suspended users of two orgs and their factors',
    sql: `SELECT u.subdomain, u.profile.login, f.factorType FROM okta.users.users u
      JOIN okta.users.factors f ON f.userId = u.id AND f.subdomain = u.subdomain
      WHERE u.subdomain IN ('my-org', 'eu-org') AND u.status = 'SUSPENDED'`,
    least: 6,
    because: '1 list of each, 2 factors of each',
    sent: 6,
  },
];

/** @param {readonly string[]} texts */
function quoted(texts) {
  return texts.map((text) => `'${text}'`).join(', ');
}
