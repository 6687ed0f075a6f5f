/** The NAVSIM data set on disk. */
package io.drivedistill.navsim;
