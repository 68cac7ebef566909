import { type Change, row, type Server } from "./rows.js";

const file = "stack.json";
const input =
  (old: string, text: string): Change =>
  (files) => {
    const stack = files[file] ?? "";
    if (!stack.includes(old)) throw new Error(`${file} has no ${old}`);
    return { ...files, [file]: stack.replaceAll(old, text) };
  };
const point = {
  type: "AUTH",
  tlsPolicy: "REQUIRED",
  ruleSetId: "rs-1",
  trafficPolicyId: "tp-2",
  networkConfiguration: { publicNetworkConfiguration: { ipType: "DUAL_STACK" } },
};
const policy = { defaultAction: "ALLOW" };
const resource = (type: string, name: string, id: string, inputs: object) => ({
  urn: `urn:pulumi:prod::mail::${type}::${name}`,
  custom: true,
  ...{ id, type, inputs, outputs: inputs, dependencies: [], propertyDependencies: {} },
});
const stack = {
  version: 3,
  deployment: {
    manifest: { time: "2026-11-27T00:00:00Z", magic: "", version: "" },
    resources: [
      resource("aws:mailmanager/trafficPolicy:TrafficPolicy", "everyone", "tp-2", policy),
      resource("aws:mailmanager/ingressPoint:IngressPoint", "@HOST@", "inp-1", point),
    ],
  },
};
const open = input('"type":"AUTH"', '"type":"OPEN"');

export const mailManager: Server = {
  heading: "Amazon SES Mail Manager",
  files: { [file]: JSON.stringify(stack) },
  rows: [
    row("networkConfiguration", "listening", "true", "false", input('"DUAL_STACK"', '"IPV4"'), {
      client: "2001:db8::1",
    }),
    row("tlsPolicy", "tlsGate", "mail", "none", input('"REQUIRED"', '"OPTIONAL"')),
    row("type", "listening", "not stated", "true", open, { port: 25 }),
    row(
      "type",
      "authGate",
      "mail",
      "unknown: at which command Mail Manager asks for the client's certificate",
      input('"type":"AUTH"', '"type":"MTLS"'),
    ),
    row("type", "authGate", "not stated", "none", open, { port: 25 }),
    row(
      "type",
      "relay",
      "not stated",
      "unknown: whether the rule set of the ingress point sends mail for other domains on",
      open,
      { port: 25 },
    ),
    row("type", "authBeforeTls", "not stated", "none", open, { port: 25 }),
    row("type", "authMechanisms", "not stated", "none", open, { port: 25 }),
    row(
      "traffic policy",
      "authGate",
      "none",
      "unknown: at which command the traffic policy refuses",
      input('"defaultAction":"ALLOW"', '"defaultAction":"DENY"'),
      { given: open, port: 25 },
    ),
  ],
};
