import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../model/errors.js";
import { readAws } from "../../sources/aws/index.js";
import { isolateAws } from "../setup/aws-environment.js";
import { type Call, type FakeEc2, refuse, startFakeEc2 } from "../setup/fake-ec2.js";

const said =
  "User: arn:aws:iam::111122223333:user/jane is not authorized. Encoded authorization failure message: encoded-decision";

describe("an account that cannot be read", () => {
  let api: FakeEc2 | undefined;
  const home = mkdtempSync(join(tmpdir(), "port587-aws-"));
  afterEach(() => api?.stop());
  afterAll(() => rmSync(home, { recursive: true }));

  async function failureOf(
    answer: (call: Call, response: ServerResponse) => string | undefined,
    setUp: (endpoint: string) => Parameters<typeof readAws>[0] = () => ({ region: "eu-west-1" }),
  ): Promise<InputError> {
    api = await startFakeEc2(answer);
    isolateAws(api.endpoint);
    const error = await readAws(setUp(api.endpoint)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof InputError)) throw new Error(`no InputError but ${error}`);
    expect(error.message).not.toMatch(/jane|Encoded|encoded-decision/);
    return error;
  }

  const refusals: [status: number, code: string, problem: RegExp, mend: RegExp][] = [
    [403, "UnauthorizedOperation", /may not do that/, /ec2:DescribeSecurityGroupRules/],
    [401, "AuthFailure", /did not accept the credentials/, /Renew them/],
    [400, "RequestExpired", /did not accept the credentials/, /clock/],
    [400, "SomethingNew", /AWS answered SomethingNew/, /aws ec2/],
  ];
  it.each(refusals)("%i %s", async (status, code, problem, mend) => {
    const error = await failureOf((_call, response) => refuse(response, status, code, said));
    expect([error.where, error.problem, error.mend]).toEqual([
      "aws:eu-west-1",
      expect.stringMatching(problem),
      expect.stringMatching(mend),
    ]);
    expect(error.problem).toMatch(/^Describe/);
  });

  it("names the one call that was refused", async () => {
    const error = await failureOf(({ action }, response) =>
      action === "DescribeNetworkInterfaces" ? refuse(response, 403, "UnauthorizedOperation", said) : "",
    );
    expect(error.problem).toMatch(/^DescribeNetworkInterfaces: /);
  });

  it("tries a throttled call four times and no more", async () => {
    const error = await failureOf(({ action }, response) =>
      action === "DescribeInstances" ? refuse(response, 503, "RequestLimitExceeded", "slow down") : "",
    );
    expect(error.problem).toMatch(/after several tries/);
    expect(api?.calls.filter(({ action }) => action === "DescribeInstances")).toHaveLength(4);
  });

  it("goes on after a throttle that passes", async () => {
    let refused = 0;
    api = await startFakeEc2((_call, response) =>
      ++refused <= 2 ? refuse(response, 503, "RequestLimitExceeded", "slow down") : "",
    );
    isolateAws(api.endpoint);
    expect(await readAws({ region: "eu-west-1" })).toEqual({
      estate: { interfaces: [], definitions: [] },
      account: undefined,
      region: "eu-west-1",
    });
  });

  it("stops at a list that never ends", async () => {
    let pages = 0;
    const error = await failureOf(({ action }) =>
      action === "DescribeInstances" ? `<reservationSet/><nextToken>${++pages}</nextToken>` : "",
    );
    expect(error.problem).toMatch(/does not end/);
  });

  it("stops at a token that repeats: half a list must not pass for the whole", async () => {
    const error = await failureOf(() => "<nextToken>same</nextToken>");
    expect(error.problem).toMatch(/does not end/);
    expect(api?.calls.length).toBeLessThanOrEqual(8);
  });

  it("says so when what answers is a web page", async () => {
    const error = await failureOf((_call, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><p>Sign in to the hotel's network");
      return undefined;
    });
    expect([error.problem, error.mend]).toEqual([
      expect.stringMatching(/did not answer as the EC2 API does/),
      expect.stringMatching(/AWS_ENDPOINT_URL/),
    ]);
  });

  it("says so when nothing answers", async () => {
    const gone = await startFakeEc2(() => "");
    await gone.stop();
    const error = await failureOf(
      () => "",
      () => ({ region: "eu-west-1", endpoint: gone.endpoint }),
    );
    expect(error.problem).toMatch(/could not be reached \(ECONNREFUSED\)/);
    expect(api?.calls).toEqual([]);
  });

  it("wants credentials", async () => {
    const error = await failureOf(
      () => "",
      () => {
        delete process.env.AWS_ACCESS_KEY_ID;
        return { region: "eu-west-1" };
      },
    );
    expect([error.problem, error.mend]).toEqual([
      expect.stringMatching(/no AWS credentials were found/),
      expect.stringMatching(/AWS_PROFILE/),
    ]);
  });

  const regions: [string, Record<string, string>, string | undefined][] = [
    ["none", {}, undefined],
    ["one that is no name", { AWS_REGION: "eu west/1" }, undefined],
  ];
  it.each(regions)("wants a Region: %s", async (_case, environment) => {
    const error = await failureOf(
      () => "",
      () => {
        Object.assign(process.env, environment);
        return {};
      },
    );
    expect([error.problem, error.mend]).toEqual([
      expect.stringMatching(/no usable AWS Region/),
      expect.stringMatching(/--region/),
    ]);
    expect(api?.calls).toEqual([]);
  });

  const profile = join(home, "config");
  writeFileSync(profile, "[default]\nregion = ap-south-1\n");
  const places: [string, Record<string, string>, string | undefined, string][] = [
    ["the option first", { AWS_REGION: "eu-west-2" }, "eu-west-1", "eu-west-1"],
    ["AWS_REGION", { AWS_REGION: "eu-west-2", AWS_DEFAULT_REGION: "eu-west-3" }, undefined, "eu-west-2"],
    ["AWS_DEFAULT_REGION", { AWS_DEFAULT_REGION: "eu-west-3" }, undefined, "eu-west-3"],
    ["the profile", { AWS_CONFIG_FILE: profile }, undefined, "ap-south-1"],
  ];
  it.each(places)("takes the Region from %s", async (_case, environment, region, expected) => {
    api = await startFakeEc2(() => "");
    isolateAws(api.endpoint);
    Object.assign(process.env, environment);
    expect((await readAws(region ? { region } : {})).region).toBe(expected);
  });
});
