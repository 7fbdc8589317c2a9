/** What is wrong with one member of a key. */
export interface Complaint {
  /** The member. */
  readonly subject: string;
  readonly message: string;
  readonly hint?: string;
}
