/** Tests are TypeScript ES modules that import the sources directly; swc strips the types. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": "$1",
    "^@pulumi/aws$": "<rootDir>/test/setup/pulumi-aws.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  setupFiles: ["<rootDir>/test/setup/fast-check.ts"],
  testTimeout: 30_000,
  // Jest leaves one core free, which on two cores is half of the machine; the tests wait for servers more than they compute.
  maxWorkers: "100%",
};
