import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { type Account, type Exchange, SaslBroken } from "./exchange.js";
import { saslprep } from "./saslprep.js";

/** The TLS channel that the login is bound to (RFC 5929, RFC 9266). */
export interface Binding {
  readonly type: "tls-exporter" | "tls-unique";
  readonly data: Buffer;
}

const derive = promisify(pbkdf2);
const lengths = { sha1: 20, sha256: 32 } as const;
/** A hostile server could ask for any number of rounds. */
const mostRounds = 1_000_000;

/**
 * SCRAM (RFC 5802, RFC 7677), with a binding its `-PLUS` form.
 * @param nonce for test vectors; by default a fresh one.
 * @throws RangeError when name or password cannot be prepared (RFC 4013).
 */
export function scram(
  hash: keyof typeof lengths,
  account: Account,
  binding?: Binding,
  nonce = randomBytes(18).toString("base64"),
): Exchange {
  const header = binding ? `p=${binding.type},,` : "n,,";
  const name = saslprep(account.user).replaceAll("=", "=3D").replaceAll(",", "=2C");
  const secret = saslprep(account.secret);
  const first = `n=${name},r=${nonce}`;
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  let state: "first" | "final" | "over" = "first";
  let expected: Buffer | undefined;
  let proven = false;

  async function final(serverFirst: string): Promise<Buffer> {
    const { r = "", s = "", i = "" } = attributes(serverFirst);
    const rounds = Number(i);
    if (!r.startsWith(nonce) || r === nonce) throw new SaslBroken("its nonce does not continue ours");
    if (!/^\d+$/.test(i) || rounds < 1 || rounds > mostRounds)
      throw new SaslBroken(`it asks for ${i.slice(0, 20)} rounds`);
    const salted = await derive(secret, Buffer.from(s, "base64"), rounds, lengths[hash], hash);
    const clientKey = hmac(salted, "Client Key");
    const bound = Buffer.concat([Buffer.from(header), binding?.data ?? Buffer.alloc(0)]).toString("base64");
    const bare = `c=${bound},r=${r}`;
    const said = `${first},${serverFirst},${bare}`;
    const signature = hmac(createHash(hash).update(clientKey).digest(), said);
    const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    expected = hmac(hmac(salted, "Server Key"), said);
    return Buffer.from(`${bare},p=${Buffer.from(proof).toString("base64")}`);
  }

  return {
    initial: Buffer.from(`${header}${first}`),
    answer: async (challenge) => {
      if (state === "over") throw new SaslBroken("it asks for more than the mechanism has");
      if (state === "first") {
        state = "final";
        return final(challenge.toString());
      }
      state = "over";
      const signature = Buffer.from(attributes(challenge.toString()).v ?? "", "base64");
      proven = expected !== undefined && signature.length === expected.length && timingSafeEqual(signature, expected);
      return Buffer.alloc(0);
    },
    serverProven: () => proven,
  };
}

/** `r=…,s=…,i=…`; an extension that is mandatory (`m=`) is none that we know. */
function attributes(message: string): Partial<Record<string, string>> {
  const pairs = message.split(",").map((part) => [part.slice(0, 1), part.slice(2)] as const);
  if (pairs.some(([key]) => key === "m")) throw new SaslBroken("it asks for an extension that is not known here");
  return Object.fromEntries(pairs);
}
