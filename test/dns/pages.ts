import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "../probes/certificates.js";

/** What a web server says of one address; text alone is a page of status 200. */
export interface Page {
  readonly status?: number;
  readonly type?: string;
  readonly location?: string;
  readonly body: string | Buffer;
}

export interface WebServer {
  readonly port: number;
  /** `METHOD https://host/path`, and what was posted. */
  readonly asked: { readonly line: string; readonly body: string }[];
  stop(): Promise<void>;
}

/** Serves these pages by `host/path`, and 404 for all others. */
export async function webServer(pair: KeyPair, pages: Readonly<Record<string, Page>>): Promise<WebServer> {
  const asked: WebServer["asked"] = [];
  const server: Server = createServer(pair, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const at = `${request.headers.host}${request.url}`;
      asked.push({ line: `${request.method} ${at}`, body });
      const page = pages[at] ?? { status: 404, body: "" };
      const location = page.location === undefined ? {} : { Location: page.location };
      response.writeHead(page.status ?? 200, { "Content-Type": page.type ?? "text/plain", ...location });
      response.end(page.body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
