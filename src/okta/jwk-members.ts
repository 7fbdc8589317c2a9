/** All that is ever sent of a key, in the order of sending. */
export const MEMBER_NAMES = ['kty', 'use', 'alg', 'kid', 'status', 'n', 'e', 'crv', 'x', 'y'] as const;

export type MemberName = (typeof MEMBER_NAMES)[number];

/** A key of which every member is known and a string. */
export type JwkMembers = Readonly<Partial<Record<MemberName, string>>>;

export function isMemberName(name: string): name is MemberName {
  return (MEMBER_NAMES as readonly string[]).includes(name);
}
