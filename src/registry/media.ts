/**
 * Media types.
 *
 * @module
 */

/** Whether a media type of a document is JSON, or leaves it open. */
export function isJsonMedia(type: string): boolean {
  return /^(?:application\/(?:[\w.-]+\+)?json\b|text\/json\b|\*\/\*)/.test(type);
}
