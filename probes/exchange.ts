/** What an account needs to log in; the secret is a password, or a bearer token. */
export interface Account {
  readonly user: string;
  readonly secret: string;
}

/** Our half of one mechanism, as RFC 4422 has it: it answers challenges. */
export interface Exchange {
  /** Sent with AUTH; undefined where the server speaks first. */
  readonly initial: Buffer | undefined;
  /** @throws SaslBroken when the challenge cannot be answered. */
  answer(challenge: Buffer): Promise<Buffer> | Buffer;
  /** Whether the server has proven that it knows the password; undefined where the mechanism has no such proof. */
  serverProven?(): boolean;
}

/** The server's half is against the mechanism's rules: nothing is said about the credentials. */
export class SaslBroken extends Error {}
