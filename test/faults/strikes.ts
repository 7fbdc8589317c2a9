/** What a server, or what stands before it, can do to an answer. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../src/simulator/index.ts';
import type { Blow, Strike } from './wire.ts';

type Fields = readonly (readonly [name: string, value: string])[];

/** The simulator's answer, with its body in one piece. */
interface Whole {
  readonly status: number;
  /** Without those that say how long the body is. */
  readonly fields: Fields;
  readonly body: Buffer;
}

interface Message {
  readonly status: number;
  readonly fields: Fields;
  readonly body: Buffer | string;
}

export const JSON_TYPE: Fields = [['content-type', 'application/json']];

/** The simulator's own faults. */
export function simulated(fault: Fault): Strike {
  return async (blow) => {
    try {
      send(blow.socket, await whole(blow, fault));
    } catch {
      blow.socket.resetAndDestroy();
    }
  };
}

/** An answer that Okta never made: the request is not carried out. */
export function says(status: number, body: Buffer | string, fields: Fields = JSON_TYPE): Strike {
  return ({ socket }) => send(socket, { status, fields, body });
}

/** Bytes, after which the connection ends: the request is not carried out. */
export function bytes(text: string): Strike {
  return ({ socket }) => void socket.end(text);
}

/** Nothing comes, ever. */
export const stalls: Strike = () => undefined;

/** The request is carried out, and its answer changed. */
export function changed(change: (answer: Whole) => Partial<Message>): Strike {
  return carriedOut((answer, { socket }) => send(socket, { ...answer, ...change(answer) }));
}

/** The body comes in another coding. */
export function coded(coding: string, code: (body: Buffer) => Buffer): Strike {
  return changed(({ fields, body }) => ({ fields: [...fields, ['content-encoding', coding]], body: code(body) }));
}

/** Fewer bytes than were promised. */
export const breaksOff: Strike = carriedOut(({ body, ...rest }, { socket }) => {
  socket.write(headOf({ ...rest, fields: [...rest.fields, ...lengthOf(body)] }));
  socket.end(half(body));
});

/** A chunked body without its end. */
export const breaksOffChunked: Strike = carriedOut(({ body, ...rest }, { socket }) => {
  socket.write(headOf({ ...rest, fields: [...rest.fields, ['transfer-encoding', 'chunked']] }));
  socket.end(`${half(body).length.toString(16)}\r\n${half(body)}\r\n`);
});

/** A body whose end is the connection's, as in HTTP/1.0. */
export function closed(part: (body: Buffer) => Buffer): Strike {
  return carriedOut(({ body, ...rest }, { socket }) => {
    socket.write(headOf(rest).replace('HTTP/1.1', 'HTTP/1.0'));
    socket.end(part(body));
  });
}

/** The body comes in so many pieces, with the milliseconds before each. */
export function trickles(pieces: number, ms: number): Strike {
  return carriedOut(async ({ body, ...rest }, { socket }) => {
    socket.write(headOf({ ...rest, fields: [...rest.fields, ...lengthOf(body)] }));
    const size = Math.max(1, Math.ceil(body.length / pieces));
    for (let at = 0; at < body.length && !socket.destroyed; at += size) {
      await sleep(ms);
      socket.write(body.subarray(at, at + size));
    }
  });
}

/** The body stops half-way, and the connection stays. */
export const stopsHalfWay: Strike = carriedOut(({ body, ...rest }, { socket }) => {
  socket.write(headOf({ ...rest, fields: [...rest.fields, ...lengthOf(body)] }));
  socket.write(half(body));
});

/** A body without end, whose length is not said, or said to be a gigabyte. */
export function floods(length: Fields): Strike {
  return carriedOut(async ({ status, fields }, { socket }) => {
    socket.write(headOf({ status, fields: [...fields, ...length] }));
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    while (!socket.destroyed) {
      if (socket.write(chunk)) await sleep(0);
      // The client hangs up when it has had enough: that may be an error of the socket first.
      else await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
    }
  });
}

/** Another answer, which nobody asked for, right behind the real one. */
export function repeatsItself(more: string): Strike {
  return carriedOut((answer, { socket }) => {
    const extra = { status: 200, fields: JSON_TYPE, body: more };
    socket.write(Buffer.concat([messageOf(answer), messageOf(extra)]));
  });
}

/** Something in front of the real answer. */
export function preceded(text: string): Strike {
  return carriedOut((answer, { socket }) => {
    socket.write(text);
    send(socket, answer);
  });
}

export function half(body: Buffer): Buffer {
  return body.subarray(0, Math.ceil(body.length / 2));
}

function carriedOut(go: (answer: Whole, blow: Blow) => void | Promise<void>): Strike {
  return async (blow) => go(await whole(blow), blow);
}

async function whole({ proceed }: Blow, fault?: Fault): Promise<Whole> {
  const real = await proceed(fault);
  const fields = [...real.headers].filter(([name]) => !/^(?:content-length|transfer-encoding)$/.test(name));
  return { status: real.status, fields, body: Buffer.from(await real.arrayBuffer()) };
}

function send(socket: Socket, message: Message): void {
  socket.write(messageOf(message));
}

function messageOf({ status, fields, body }: Message): Buffer {
  return Buffer.concat([Buffer.from(headOf({ status, fields: [...fields, ...lengthOf(body)] })), Buffer.from(body)]);
}

function headOf({ status, fields }: Omit<Message, 'body'>): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`;
}

function lengthOf(body: Buffer | string): Fields {
  return [['content-length', String(Buffer.byteLength(body))]];
}
