import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "../cache.js";
import { withLock } from "../lock.js";
import { lacks } from "../real-part.js";
import type { ClientLab, Sender } from "./lab.js";
import { worker } from "./worker.js";

const here = dirname(fileURLToPath(import.meta.url));

/** Why no program in Java can be built here; undefined where one can. */
export function whyNoJava(): string | undefined {
  return lacks("javac", "-version") ?? lacks("mvn", "-version");
}

/** Spring Boot of one release with its mail starter, as SpringSender.java starts it. */
export async function spring(lab: ClientLab, version: string): Promise<Sender> {
  const jars = await library(`spring-boot-${version}`, "org.springframework.boot:spring-boot-starter-mail", version);
  return javaSender(lab, "SpringSender", jars);
}

/** The directory of a Maven artifact and all that it needs, fetched once. */
async function library(name: string, artifact: string, version: string): Promise<string> {
  const home = join(cacheDirectory(), name);
  await withLock(`${home}.lock`, async () => {
    if (existsSync(join(home, "complete"))) return;
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    const [group, id] = artifact.split(":");
    const needed = `<groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version>`;
    writeFileSync(
      join(home, "pom.xml"),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>port587.test</groupId><artifactId>client</artifactId><version>1</version>
<dependencies><dependency>${needed}</dependency></dependencies></project>\n`,
    );
    const copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    const options = { cwd: home, stdio: ["ignore", "ignore", "pipe"] as const, timeout: 300_000 };
    execFileSync("mvn", ["-q", "-B", copy, "-DoutputDirectory=lib"], { ...options, stdio: [...options.stdio] });
    writeFileSync(join(home, "complete"), "");
  });
  return join(home, "lib");
}

function javaSender(lab: ClientLab, main: string, jars: string): Sender {
  const classes = join(lab.home, `classes-${main}-${jars.replace(/\W/g, "-")}`);
  const trust = join(lab.home, "trust.p12");
  const classPath = `${classes}:${join(jars, "*")}`;
  execFileSync("javac", ["-cp", classPath, "-d", classes, join(here, `${main}.java`)], { stdio: "ignore" });
  if (!existsSync(trust)) {
    const imported = ["-importcert", "-noprompt", "-alias", "lab", "-file", lab.authority];
    execFileSync("keytool", [...imported, "-keystore", trust, "-storepass", "public"], { stdio: "ignore" });
  }
  const store = [`-Djavax.net.ssl.trustStore=${trust}`, "-Djavax.net.ssl.trustStorePassword=public"];
  return worker(lab, "java", ["-XX:TieredStopAtLevel=1", ...store, "-cp", classPath, main]);
}
