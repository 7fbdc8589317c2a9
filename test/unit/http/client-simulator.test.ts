import { createSimulator, type Fault } from '../../../src/simulator/index.ts';
import { httpClientContract, type Peer, type Received, type Reply, TOKEN } from './http-client.contract.ts';

/** The simulator runs in process: a fault is the place where a reply can be put. */
function faultOf(reply: Reply): Fault {
  switch (reply.kind) {
    case 'response':
      return {
        match: {},
        answer: () => {
          const body = reply.body as Uint8Array<ArrayBuffer> | null;
          return new Response(body, { status: reply.status, headers: reply.headers });
        },
      };
    case 'reset':
      return { match: {}, answer: () => 'reset-before' };
    case 'silence':
      // The simulator's wait ends with the request's signal.
      return { match: {}, delayMs: 2 ** 30, answer: () => 'reset-before' };
    case 'echo':
      return {
        match: {},
        answer: ({ headers }, { error }) =>
          error({ status: 400, code: 'E1', summary: `you sent ${headers.get('authorization')}` }),
      };
  }
}

async function openPeer(): Promise<Peer> {
  const simulator = createSimulator({ token: TOKEN });
  const received: Received[] = [];
  return {
    origin: 'https://my-org.okta.com',
    elsewhere: 'https://my-org-admin.okta.com',
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = await request.clone().text();
      received.push({ method: request.method, path: pathname + search, headers: request.headers, body });
      return simulator.handle(request);
    },
    received,
    answer: (reply) => {
      simulator.switches.faults = [faultOf(reply)];
    },
    strays: () => simulator.violations.length,
    close: async () => undefined,
  };
}

const NO_TRANSPORT = 'a Response made in process has no transport that would decode it';

httpClientContract('the simulator in process', {
  open: openPeer,
  skip: {
    gzip: NO_TRANSPORT,
    br: NO_TRANSPORT,
    deflate: NO_TRANSPORT,
    'a kilobyte that unpacks to a megabyte of gzip': NO_TRANSPORT,
    'a few bytes that unpack to a megabyte of br': NO_TRANSPORT,
  },
});
