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
  const starter = dependency(`org.springframework.boot:spring-boot-starter-mail:${version}`);
  const jars = await library(`spring-boot-${version}`, starter);
  return javaSender(lab, "SpringSender", jars);
}

/** Keycloak's sender with what it needs of Keycloak, as KeycloakSender.java calls it. */
export async function keycloak(lab: ClientLab): Promise<Sender> {
  const version = "26.0.0";
  const parts = ["services", "server-spi", "server-spi-private", "core", "common"];
  const jackson = [
    "core:jackson-databind",
    "core:jackson-core",
    "core:jackson-annotations",
    "datatype:jackson-datatype-jdk8",
    "datatype:jackson-datatype-jsr310",
  ];
  const artifacts = [
    ...parts.map((each) => `org.keycloak:keycloak-${each}:${version}`),
    ...["org.eclipse.angus:angus-mail:2.0.3", "org.eclipse.angus:angus-activation:2.0.2"],
    ...["jakarta.mail:jakarta.mail-api:2.1.3", "jakarta.activation:jakarta.activation-api:2.1.3"],
    ...jackson.map((each) => `com.fasterxml.jackson.${each}:2.17.2`),
    "org.jboss.logging:jboss-logging:3.6.0.Final",
  ];
  const alone = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>";
  const needed = artifacts.map((each) => dependency(each, alone)).join("");
  return javaSender(lab, "KeycloakSender", await library(`keycloak-${version}`, needed));
}

function dependency(artifact: string, more = ""): string {
  const [group, id, version] = artifact.split(":");
  const named = `<groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version>`;
  return `<dependency>${named}${more}</dependency>`;
}

/** The directory of what a project of these Maven dependencies needs, fetched once. */
async function library(name: string, dependencies: string): Promise<string> {
  const home = join(cacheDirectory(), name);
  await withLock(`${home}.lock`, async () => {
    if (existsSync(join(home, "complete"))) return;
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, "pom.xml"),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>port587.test</groupId><artifactId>client</artifactId><version>1</version>
<dependencies>${dependencies}</dependencies></project>\n`,
    );
    const copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    const maven = ["-q", "-B", copy, "-DoutputDirectory=lib"];
    execFileSync("mvn", maven, { cwd: home, stdio: ["ignore", "ignore", "pipe"], timeout: 300_000 });
    writeFileSync(join(home, "complete"), "");
  });
  return join(home, "lib");
}

function javaSender(lab: ClientLab, main: string, jars: string): Sender {
  const classes = join(lab.home, `classes-${main}-${jars.replace(/\W/g, "-")}`);
  const trust = join(lab.home, "trust.p12");
  const classPath = `${classes}:${join(jars, "*")}`;
  const sources = ["Directories", main].map((name) => join(here, `${name}.java`));
  execFileSync("javac", ["-cp", classPath, "-d", classes, ...sources], { stdio: "ignore" });
  if (!existsSync(trust)) {
    const imported = ["-importcert", "-noprompt", "-alias", "lab", "-file", lab.authority];
    execFileSync("keytool", [...imported, "-keystore", trust, "-storepass", "public"], { stdio: "ignore" });
  }
  const store = [`-Djavax.net.ssl.trustStore=${trust}`, "-Djavax.net.ssl.trustStorePassword=public"];
  return worker(lab, "java", ["-XX:TieredStopAtLevel=1", ...store, "-cp", classPath, main]);
}
