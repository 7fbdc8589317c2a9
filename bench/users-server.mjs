// A server that lists 100,000 users in 500 pages, as fast as a server can: the pages are made before the first request.
// It runs in a process of its own, and prints its port.

import { createServer } from 'node:http';

const PAGES = Number(process.argv[2] ?? 500);
const PAGE_SIZE = 200;
const STATUSES = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'STAGED', 'PROVISIONED', 'LOCKED_OUT'];

const user = (number) => ({
  id: `00u${String(number).padStart(17, '0')}`,
  status: STATUSES[number % STATUSES.length],
  created: '2024-01-02T03:04:05.000Z',
  activated: '2024-01-02T03:04:05.000Z',
  statusChanged: '2024-01-02T03:04:05.000Z',
  lastLogin: null,
  lastUpdated: '2025-01-02T03:04:05.000Z',
  passwordChanged: '2024-01-02T03:04:05.000Z',
  type: { id: 'oty00000000000000001' },
  profile: {
    firstName: 'Ada',
    lastName: `Archer ${number}`,
    mobilePhone: null,
    secondEmail: null,
    login: `ada.archer.${number}@example.com`,
    email: `ada.archer.${number}@example.com`,
  },
  credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
  _links: { self: { href: `https://my-org.okta.com/api/v1/users/00u${number}` } },
});

const pages = Array.from({ length: PAGES }, (_, page) =>
  Buffer.from(JSON.stringify(Array.from({ length: PAGE_SIZE }, (__, index) => user(page * PAGE_SIZE + index)))),
);
const none = Buffer.from('[]');

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  // Those whom the plain list leaves out: nobody.
  const isPlain = !url.searchParams.has('filter');
  const page = Number(url.searchParams.get('after') ?? 0);
  const hasNext = isPlain && page + 1 < PAGES;
  const next = `<http://localhost/api/v1/users?limit=200&after=${page + 1}>; rel="next"`;
  response.writeHead(200, { 'content-type': 'application/json', ...(hasNext && { link: next }) });
  response.end(isPlain ? pages[page] : none);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
