/** Comparison of a block with values recorded from another implementation. */
package io.drivedistill.nn.parity;
