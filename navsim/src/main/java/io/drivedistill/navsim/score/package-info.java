/**
 * The PDM score of NAVSIM (SPEC-pdms): metric caches with the PDM-Closed reference, scorers, score
 * tables.
 *
 * <p>Everything that influences a result uses basic arithmetic and {@link StrictMath}, so that
 * results are the same bits on every Java runtime, in every thread.
 */
package io.drivedistill.navsim.score;
