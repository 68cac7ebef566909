import fc from "fast-check";

// A normal run draws the same cases every time; PORT587_SEED (a number, or `random`) draws others. A failure prints its seed.
const { PORT587_SEED = "587" } = process.env;
fc.configureGlobal(PORT587_SEED === "random" ? {} : { seed: Number(PORT587_SEED) });
