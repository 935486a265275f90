import fc from "fast-check";

// The same inputs in CI every time; new ones on every run elsewhere, with the seed printed on failure.
if (process.env.CI) fc.configureGlobal({ seed: 20_261_124 });
