// The house has one direction: each room, a pattern of paths, may import the rooms named here, and nothing else.
const rooms = {
  model: [],
  schemas: [],
  sources: ["model", "schemas"],
  reach: ["model"],
  mail: ["model"],
  "policies/rules": ["model"],
  "policies/profiles": ["policies/rules", "model"],
  "policies/[^/]+[.]ts": ["policies/rules", "model"],
  probes: ["model"],
  confirm: ["model"],
  reports: ["model", "schemas"],
};

/** `policies/pulumi` and `cli` are the two front doors: they alone put the rooms together. */
module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room.replace(/\W+/g, "-")}-direction`,
      comment: `${room} may import ${allowed.join(", ") || "no other room"}`,
      severity: "error",
      from: { path: `^${room}(/|$)` },
      to: {
        path: "^(cli|sources|model|reach|mail|policies|probes|confirm|reports|schemas)/",
        pathNot: `^(${[room, ...allowed].join("|")})(/|$)`,
      },
    })),
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "policy-sdk-only-in-the-pack",
      comment: "loading @pulumi/policy costs half a second: the pack shell alone pays it",
      severity: "error",
      from: { pathNot: "^policies/pulumi/" },
      to: { path: "node_modules/@pulumi/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
