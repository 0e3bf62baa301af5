import fc from 'fast-check';

/** Property tests draw the same cases in every run; SIAMESE_TEST_SEED tries others. */
fc.configureGlobal({ seed: Number(process.env.SIAMESE_TEST_SEED ?? 1) });
