/**
 * Archives that are the same whenever they are made: equal rows give equal bytes, and equal hashes.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @module
 */

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The first day that the format knows, 1 January 1980. */
const NO_TIME = 0x00210000;

/** The archive, in place, without the times of its files. It has no comment at its end and is no ZIP64. */
export function withoutTimes(archive: Buffer): Buffer {
  const end = archive.length - 22;
  if (end < 0 || archive.readUInt32LE(end) !== END) return archive;
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let entry = 0; entry < count && archive.readUInt32LE(at) === ENTRY; entry += 1) {
    archive.writeUInt32LE(NO_TIME, at + 12);
    archive.writeUInt32LE(NO_TIME, archive.readUInt32LE(at + 42) + 10);
    at += 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return archive;
}
