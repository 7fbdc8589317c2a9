/**
 * Unpacks a body that was compressed for the way.
 *
 * @module
 */

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, type InputType, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';

type Decoder = (packed: InputType, options: ZlibOptions) => Promise<Uint8Array>;

const asGzip: Decoder = promisify(gunzip);
const asZlib: Decoder = promisify(inflate);
const asRawDeflate: Decoder = promisify(inflateRaw);
const asBrotli: Decoder = promisify(brotliDecompress);

/**
 * The bytes before the codings that `content-encoding` names; undefined where they are more than fit, of which no more are
 * made. A coding that nobody asked for is left as it is.
 *
 * @throws what zlib throws, for bytes that are cut off too
 */
export async function unpack(packed: Uint8Array, codings: string, maxBytes: number): Promise<Uint8Array | undefined> {
  let bytes = packed;
  // RFC 9110 section 8.4: they are named in the order in which they were applied.
  for (const coding of codings.split(',').reverse()) {
    const name = coding.trim().toLowerCase();
    if (name === 'identity') continue;
    const decode = decoderFor(name, bytes);
    if (decode === undefined) return bytes;
    try {
      bytes = await decode(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return undefined;
      throw error;
    }
  }
  return bytes;
}

function decoderFor(coding: string, bytes: Uint8Array): Decoder | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return asGzip;
    case 'br':
      return asBrotli;
    case 'deflate':
      // Zlib's format (RFC 1950) by the letter; some servers send it without that frame, whose first byte names method 8.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? asZlib : asRawDeflate;
    default:
      return undefined;
  }
}
