import { request } from "node:https";
import { rootCertificates } from "node:tls";
import { isIP } from "../../model/ip-version.js";
import type { Resolve } from "../resolve.js";

/** How a page is fetched: nothing of the machine's own settings has a say. */
export interface Web {
  readonly resolve: Resolve;
  readonly trustAnchors: readonly string[];
  /** Where connections to a host and port go in its place. */
  readonly redirect?: (host: string, port: number) => { readonly host: string; readonly port: number } | undefined;
}

export interface Page {
  readonly status: number;
  /** Media type, without parameters, in lower case. */
  readonly type: string;
  readonly body: string;
}

/** No page came: why, in one clause. */
export interface NoPage {
  readonly failure: string;
  /** The host has no address, or nobody listens there: the page is not offered. */
  readonly absent: boolean;
}

const patience = 8_000;
const largest = 65_536;
const mostAddresses = 2;

/**
 * One HTTPS request: certificate and name are checked, no redirect is followed, and 64 KiB and 8 s are the limit
 * (RFC 8461 section 3.3 asks for such bounds). Never rejects.
 */
export async function fetchPage(web: Web, url: URL, post?: { type: string; body: string }): Promise<Page | NoPage> {
  const goal = web.redirect?.(url.hostname, 443) ?? { host: url.hostname, port: 443 };
  const found = isIP(goal.host) ? [goal.host] : await addressesOf(web, goal.host);
  if (!Array.isArray(found)) return found;
  let last: NoPage = { failure: `${goal.host} has no address`, absent: true };
  for (const address of found.slice(0, mostAddresses)) {
    const answer = await ask(web, url, { address, port: goal.port }, post);
    if ("status" in answer) return answer;
    last = answer;
  }
  return last;
}

/** A name that does not exist is no failure of the DNS. */
async function addressesOf({ resolve }: Web, host: string): Promise<string[] | NoPage> {
  const codes: string[] = [];
  const family = async (version: 4 | 6) => {
    try {
      return await resolve(host, version);
    } catch (error) {
      codes.push((error as NodeJS.ErrnoException).code ?? String(error));
      return [];
    }
  };
  const addresses = (await Promise.all([family(4), family(6)])).flat();
  if (addresses.length > 0) return addresses;
  const absent = codes.every((code) => code === "ENOTFOUND" || code === "ENODATA");
  return { failure: absent ? `${host} has no address` : `${host}: ${codes.join(", ")}`, absent };
}

function ask(
  { trustAnchors }: Web,
  url: URL,
  { address, port }: { address: string; port: number },
  post?: { type: string; body: string },
): Promise<Page | NoPage> {
  return new Promise((resolve) => {
    const fail = (why: string, absent = false) => resolve({ failure: `${url.hostname}: ${why}`, absent });
    const signal = AbortSignal.timeout(patience);
    const outgoing = request({
      host: address,
      port,
      path: `${url.pathname}${url.search}`,
      method: post ? "POST" : "GET",
      headers: { Host: url.hostname, "User-Agent": "port587", ...(post ? { "Content-Type": post.type } : {}) },
      servername: url.hostname,
      ca: [...trustAnchors, ...rootCertificates],
      agent: false,
      signal,
      maxHeaderSize: 16_384,
    });
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= largest) return void chunks.push(chunk);
        fail(`more than ${largest} bytes`);
        outgoing.destroy();
      });
      incoming.on("error", () =>
        fail(signal.aborted ? `no whole page within ${patience} ms` : "the page was cut short"),
      );
      incoming.on("end", () => {
        const type = (incoming.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: incoming.statusCode ?? 0, type, body });
      });
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message;
      if (signal.aborted) return fail(`no answer within ${patience} ms`);
      fail(
        code === "ERR_TLS_CERT_ALTNAME_INVALID" ? "the certificate does not name it" : code,
        code === "ECONNREFUSED",
      );
    });
    outgoing.end(post?.body);
  });
}
