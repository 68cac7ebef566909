import { Port587 } from "./index.js";

/** The pack with its defaults: `pulumi preview --policy-pack node_modules/port587/policies/pulumi`. */
new Port587();
