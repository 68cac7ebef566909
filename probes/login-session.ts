import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { judgeCertificate } from "./certificate.js";
import { openClear } from "./clear-session.js";
import { connect } from "./connect.js";
import { type Exchange, SaslBroken } from "./exchange.js";
import { addressLiteral, readGreeting, sayEhlo } from "./greeting.js";
import type { Login, LoginOutcome } from "./login.js";
import { submit } from "./message.js";
import { judgeOcsp } from "./ocsp.js";
import { SessionRecord } from "./record.js";
import { type Reply, shortReply } from "./replies.js";
import type { Run } from "./run.js";
import { mechanisms, strongest } from "./sasl.js";
import type { Binding } from "./scram.js";
import { SmtpSession } from "./session.js";
import { askForTls } from "./starttls.js";
import { type Handshake, handshake } from "./tls.js";

/** A server may ask so often, which is more than any mechanism here has. */
const mostChallenges = 5;

/**
 * Logs in, once, in a session of its own: only inside TLS whose certificate is valid for the host, judged on this very
 * connection. Neither transcript nor evidence holds what was sent. Where a message is to be sent, it goes after the login.
 */
export async function loginSession(run: Run, address: string, implicit: boolean, login: Login): Promise<SessionRecord> {
  const record = new SessionRecord(address, implicit);
  const { secret } = login.account;
  record.transcript.hide(secret, Buffer.from(secret).toString("base64").replace(/=+$/, ""));
  await record.attempt(async () => {
    const socket = await beforeTls(run, record);
    if (!socket) {
      record.login = { kind: "withheld", because: "there is no TLS" };
      return;
    }
    const secured = await handshake(run, socket, address, record.transcript);
    const { socket: tls, ...seen } = secured;
    const smtp = new SmtpSession(run, tls, address, record.transcript);
    const doubt = doubtIn(run, secured);
    if (doubt !== undefined) {
      record.login = { kind: "withheld", because: doubt };
      tls.destroy();
      return;
    }
    record.tls = seen;
    if (implicit) await readGreeting(run, smtp, () => undefined);
    const name = run.options.ehloName ?? addressLiteral(tls.localAddress);
    const capabilities = await sayEhlo(smtp, name);
    record.login = await logIn(run, smtp, tls, capabilities.mechanisms, login);
    record.mark("login");
    if (run.letter && record.login.kind === "accepted") {
      const session = { tls: seen.version, ehlo: name };
      record.message = await submit(run, smtp, run.letter, capabilities, session);
      record.mark("message");
    }
    await smtp.quit();
  });
  return record;
}

async function beforeTls(run: Run, record: SessionRecord): Promise<Socket | undefined> {
  if (record.implicit) return connect(run, record.address, record.transcript);
  const smtp = await openClear(run, record);
  if (!record.clear || !record.greeting) return undefined;
  const upgrade = await askForTls(smtp, record.clear, record.greeting);
  if (upgrade.kind === "ready") return upgrade.socket;
  await smtp.quit();
  return undefined;
}

/** Why this server may be another than the one that is meant; undefined where it is proven to be that one. */
export function doubtIn(run: Run, { chain, staple }: Pick<Handshake, "chain" | "staple">): string | undefined {
  const now = run.options.now();
  const found = judgeCertificate(chain, run.host, run.trust, now);
  if (!found) return "the certificate cannot be read";
  if (found.value.chain !== "trusted") return `the certificate is not trusted: ${found.because}`;
  if (!found.matchesHost) return `the certificate does not name ${run.host}`;
  if (!found.current) return "the certificate is outside its dates";
  return staple && judgeOcsp(staple, chain, run.trust, now).staple === "revoked"
    ? "the certificate is revoked"
    : undefined;
}

async function logIn(
  run: Run,
  smtp: SmtpSession,
  socket: TLSSocket,
  listed: readonly string[],
  { account, mechanism: asked }: Login,
): Promise<LoginOutcome> {
  const name = asked ?? strongest(listed);
  const listing = listed.length > 0 ? `AUTH ${listed.join(" ")}` : "no AUTH";
  const chosen = name === undefined ? undefined : mechanisms[name];
  if (name === undefined || chosen === undefined || !listed.includes(name))
    return {
      kind: "withheld",
      because: `EHLO inside TLS lists ${listing}${asked ? `, and ${asked} was asked for` : ""}`,
    };
  try {
    const { host, port } = run.target;
    const exchange = chosen.start(account, { host, port, binding: () => bindingOf(socket) });
    const reply = await converse(smtp, name, exchange);
    return outcomeOf(name, exchange, reply);
  } catch (error) {
    if (error instanceof RangeError)
      return { kind: "withheld", because: `the user name or the password ${error.message}` };
    if (!(error instanceof SaslBroken)) throw error;
    return { kind: "unclear", because: `the server breaks the rules of ${name}: ${error.message}` };
  }
}

/** @throws SaslBroken after the exchange has been cancelled. */
async function converse(smtp: SmtpSession, name: string, exchange: Exchange): Promise<Reply> {
  const initial = exchange.initial === undefined ? "" : ` ${exchange.initial.toString("base64") || "="}`;
  let reply = await smtp.secret(`AUTH ${name}${initial}`, initial ? `AUTH ${name} ***` : `AUTH ${name}`);
  for (let count = 0; reply.code === 334; count++) {
    try {
      if (count >= mostChallenges) throw new SaslBroken("it asks for more than the mechanism has");
      const answer = await exchange.answer(Buffer.from(reply.lines[0] ?? "", "base64"));
      reply = await smtp.secret(answer.toString("base64"), "***");
    } catch (error) {
      if (error instanceof SaslBroken) await smtp.secret("*", "*");
      throw error;
    }
  }
  return reply;
}

function outcomeOf(mechanism: string, exchange: Exchange, reply: Reply): LoginOutcome {
  const says = `AUTH ${mechanism} is answered ${shortReply(reply)}`;
  if (reply.code === 235) {
    return exchange.serverProven?.() === false
      ? {
          kind: "server not proven",
          mechanism,
          says: `${says}, and the server has not proven that it knows the password`,
        }
      : { kind: "accepted", mechanism, says };
  }
  // RFC 4954 section 6: 535 is about the credentials, and nothing else is for certain.
  return reply.code === 535 ? { kind: "refused", mechanism, says } : { kind: "unclear", because: says };
}

/** `tls-exporter` of TLS 1.3 (RFC 9266); before, `tls-unique`, which is the client's Finished of a full handshake (RFC 5929). */
function bindingOf(socket: TLSSocket): Binding {
  if (socket.getProtocol() === "TLSv1.3")
    return {
      type: "tls-exporter",
      data: socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0)),
    };
  return { type: "tls-unique", data: socket.getFinished() ?? Buffer.alloc(0) };
}
