/** The fixtures that blocks of this room are held against. */
package io.drivedistill.nn.verification;
