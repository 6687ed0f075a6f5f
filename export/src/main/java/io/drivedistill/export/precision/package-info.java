/** Smaller number formats for exported models: half precision and 8 bit integers. */
package io.drivedistill.export.precision;
