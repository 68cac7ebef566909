import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One call of the EC2 query API as it arrived. */
export type Call = { readonly action: string; readonly parameters: URLSearchParams };

/** A server on loopback that answers EC2 calls as the test says: what moto cannot be made to do. */
export interface FakeEc2 {
  readonly endpoint: string;
  readonly calls: Call[];
  stop(): Promise<void>;
}

/** `answer` gives the inside of the response element, or takes the response into its own hands and gives nothing. */
export async function startFakeEc2(
  answer: (call: Call, response: ServerResponse) => string | undefined,
): Promise<FakeEc2> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const parameters = new URLSearchParams(await bodyOf(request));
    const call = { action: parameters.get("Action") ?? "", parameters };
    calls.push(call);
    const inside = answer(call, response);
    if (inside === undefined) return;
    response.setHeader("content-type", "text/xml");
    response.end(
      `<${call.action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${inside}</${call.action}Response>`,
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Refuses as EC2 does (EC2 API reference, "Error codes"). */
export function refuse(response: ServerResponse, status: number, code: string, message: string): undefined {
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(
    `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
