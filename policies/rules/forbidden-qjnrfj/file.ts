import * as other from "../../../probes/index.js";
export { other };
