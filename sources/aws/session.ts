import type { EC2Client } from "@aws-sdk/client-ec2";
import { InputError } from "../../model/errors.js";
import { explain } from "./failures.js";

export type Ec2 = typeof import("@aws-sdk/client-ec2");

/** A client of one account and Region, with the SDK that made it. */
export interface Session {
  readonly sdk: Ec2;
  readonly client: EC2Client;
  readonly region: string;
  /** For the clients of further services in the same account and Region. */
  readonly settings: Settings;
}

/** What every client is made with. */
interface Settings {
  readonly region?: string;
  readonly endpoint?: string;
  readonly maxAttempts: number;
  readonly requestHandler: object;
}

export interface AwsOptions {
  /** Else `AWS_REGION`, `AWS_DEFAULT_REGION` or the shared configuration's `region`. */
  readonly region?: string;
  /** URL of an API compatible with EC2 and Elastic Load Balancing; else `AWS_ENDPOINT_URL_EC2`, `AWS_ENDPOINT_URL` or AWS itself. */
  readonly endpoint?: string;
}

/** A page of a large account takes AWS some seconds; four tries with the SDK's back-off outlast a usual throttle. */
const limits = { connectionTimeout: 5_000, requestTimeout: 30_000, socketTimeout: 30_000, maxAttempts: 4 };

/**
 * Opens a client the way every AWS tool does: the default credential chain, endpoint and shared configuration. The SDK
 * is loaded here and not before, because that is slow.
 * @throws InputError when no Region is set, the Region or endpoint is malformed, or no credentials are found.
 */
export async function openSession({ region: asked, endpoint }: AwsOptions): Promise<Session> {
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw new InputError("AWS endpoint", "it is not an http or https URL", "Write it as https://ec2.example.com.");
  }
  const sdk = await import("@aws-sdk/client-ec2");
  const { maxAttempts, ...timeouts } = limits;
  // The JavaScript SDK alone among AWS tools does not read AWS_DEFAULT_REGION.
  const preset = asked ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION);
  const settings = {
    ...(preset ? { region: preset } : {}),
    ...(endpoint ? { endpoint } : {}),
    maxAttempts,
    requestHandler: { ...timeouts, throwOnRequestTimeout: true },
  };
  const client = new sdk.EC2Client(settings);
  try {
    const region = await client.config.region();
    await client.config.credentials();
    return { sdk, client, region, settings: { ...settings, region } };
  } catch (error) {
    client.destroy();
    throw explain(error, `aws:${preset ?? "no Region"}`, "opening the session");
  }
}
