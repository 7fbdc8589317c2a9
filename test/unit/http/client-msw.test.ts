import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';

import { httpClientContract, type Peer, type Received, type Reply } from './http-client.contract.ts';

const ORIGIN = 'https://acme.okta.com';
const ELSEWHERE = 'https://login.example';

async function play(reply: Reply, { headers }: Received): Promise<Response> {
  switch (reply.kind) {
    case 'response':
      return new HttpResponse(reply.body as Uint8Array<ArrayBuffer> | null, {
        status: reply.status,
        headers: reply.headers,
      });
    case 'reset':
      return HttpResponse.error();
    case 'silence':
      return new Promise(() => undefined);
    case 'echo': {
      const errorSummary = `you sent ${headers.get('authorization')}`;
      return HttpResponse.json({ errorCode: 'E1', errorSummary }, { status: 400 });
    }
  }
}

async function openPeer(): Promise<Peer> {
  const received: Received[] = [];
  let reply: Reply = { kind: 'silence' };
  let strays = 0;
  const server = setupServer(
    http.all(`${ORIGIN}/*`, async ({ request }) => {
      const { pathname, search } = new URL(request.url);
      const one = {
        method: request.method,
        path: pathname + search,
        headers: request.headers,
        body: await request.text(),
      };
      received.push(one);
      return play(reply, one);
    }),
    http.all(`${ELSEWHERE}/*`, () => {
      strays += 1;
      return HttpResponse.json([]);
    }),
  );
  server.listen({ onUnhandledRequest: 'error' });
  return {
    origin: ORIGIN,
    elsewhere: ELSEWHERE,
    fetch: (request) => globalThis.fetch(request),
    received,
    answer: (next) => {
      reply = next;
    },
    strays: () => strays,
    close: async () => server.close(),
  };
}

httpClientContract('the built-in fetch and msw', {
  open: openPeer,
  skip: { 'a few bytes that unpack to a megabyte of br': 'msw itself hands on only the first 16 KiB of them' },
});
