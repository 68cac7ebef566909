import { join } from "node:path";
import { cacheDirectory } from "./cache.js";

/**
 * Points the SDK at nothing but what a test gives it: no shared configuration of the user, no instance metadata
 * service (which would be traffic to another host). Credentials are moto's customary placeholders.
 */
export function isolateAws(endpoint: string): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  const none = join(cacheDirectory(), "no-such-aws-configuration");
  Object.assign(process.env, {
    AWS_CONFIG_FILE: none,
    AWS_SHARED_CREDENTIALS_FILE: none,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
    AWS_ENDPOINT_URL: endpoint,
  });
}
