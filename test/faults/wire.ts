/** A relay of raw bytes in front of a simulator's server. It passes requests on, counts them, and spoils single answers. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Fault, type FaultMatch, listen, type Simulator } from '../../src/simulator/index.ts';

/** What goes wrong with a request in place of its answer. */
export interface WireFault {
  readonly match: FaultMatch;
  /** How many matching requests go by before it strikes. Default: none. */
  readonly skip?: number;
  /** How many matching requests it hits then. Default: all of them. */
  readonly times?: number;
  readonly strike: Strike;
}

export type Strike = (blow: Blow) => void | Promise<void>;

export interface Blow {
  /** To the client. */
  readonly socket: Socket;
  /** Has the simulator answer the request. With a fault of the simulator's own, that strikes this request alone. */
  readonly proceed: (fault?: Fault) => Promise<Response>;
}

export interface Wire {
  readonly port: number;
  /** With `{subdomain}`, as `OKTAQL_ENDPOINT_URL` wants it. */
  readonly endpoint: string;
  /** All requests that arrived, as `METHOD path?query`, in order, with the time by `performance.now()`. */
  readonly sent: readonly Sent[];
  /** The first that matches a request is used. */
  readonly faults: WireFault[];
  /** The requests that a fault has hit, in order. */
  readonly struck: readonly string[];
  /** Connections of clients that are open. */
  openSockets(): number;
  /** Those of them whose last request was struck. */
  struckSockets(): number;
  close(): Promise<void>;
}

export interface Sent {
  readonly line: string;
  readonly at: number;
}

/** A request as it stands in the bytes. */
interface Head {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  /** Bytes of the head, the empty line included. */
  readonly size: number;
}

/** @param port default: one that is free */
export async function openWire(simulator: Simulator, port = 0): Promise<Wire> {
  const server = await listen(simulator);
  const sockets = new Set<Socket>();
  const hits = new Map<WireFault, number>();
  const sent: Sent[] = [];
  const faults: WireFault[] = [];
  const struck: string[] = [];
  const struckSockets = new Set<Socket>();
  const front = createServer({ noDelay: true }, (client) => {
    const connectBack = (): Socket => {
      const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
      socket.on('error', () => undefined);
      socket.pipe(client, { end: false });
      // While others answer the client, the server has nothing to do, and closes the connection after a while.
      socket.once('close', () => {
        if (!struckSockets.has(client)) client.destroy();
      });
      return socket;
    };
    let back = connectBack();
    sockets.add(client);
    client.once('close', () => {
      sockets.delete(client);
      struckSockets.delete(client);
      back.destroy();
    });
    client.on('error', () => undefined);
    serveConnection(client, (head, bytes) => {
      const line = `${head.method} ${head.target}`;
      sent.push({ line, at: performance.now() });
      struckSockets.delete(client);
      const fault = takeFault(faults, hits, head);
      if (fault === undefined) {
        if (back.destroyed) back = connectBack();
        back.write(bytes);
        return;
      }
      struck.push(line);
      struckSockets.add(client);
      void fault.strike({ socket: client, proceed: (own) => carryOut(simulator, own, { head, bytes }) });
    });
  });
  front.listen(port, '127.0.0.1');
  await once(front, 'listening');
  const { port: actualPort } = front.address() as AddressInfo;
  return {
    port: actualPort,
    endpoint: `http://{subdomain}.localhost:${actualPort}`,
    sent,
    faults,
    struck,
    openSockets: () => sockets.size,
    struckSockets: () => struckSockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      front.close();
      await once(front, 'close');
      await server.close();
    },
  };
}

/** Calls back for each complete request. Clients of one connection wait for an answer before they send the next request. */
function serveConnection(client: Socket, onRequest: (head: Head, bytes: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  client.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    const head = readHead(bytes);
    if (head === undefined || bytes.length < head.size + Number(head.headers.get('content-length') ?? 0)) return;
    const request = bytes;
    bytes = Buffer.alloc(0);
    onRequest(head, request);
  });
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = new Headers(
    lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { method, target, headers, size: end + 4 };
}

function takeFault(
  faults: readonly WireFault[],
  hits: Map<WireFault, number>,
  { method, target }: Head,
): WireFault | undefined {
  return faults.find((fault) => {
    const { match, skip = 0, times = Infinity } = fault;
    if (match.method !== undefined && match.method !== method) return false;
    if (match.path?.test(target) === false) return false;
    const number = hits.get(fault) ?? 0;
    hits.set(fault, number + 1);
    return number >= skip && number < skip + times;
  });
}

interface WireRequest {
  readonly head: Head;
  readonly bytes: Buffer;
}

function carryOut(simulator: Simulator, fault: Fault | undefined, { head, bytes }: WireRequest): Promise<Response> {
  const { method, target, headers, size } = head;
  const body = bytes.subarray(size);
  const path = new RegExp(`^${target.replaceAll(/[^\w/]/g, '\\$&')}$`);
  if (fault !== undefined) simulator.switches.faults.unshift({ ...fault, match: { method, path }, times: 1 });
  const url = `http://${headers.get('host')}${target}`;
  return simulator.handle(new Request(url, { method, headers, ...(body.length > 0 && { body }) }), target);
}
