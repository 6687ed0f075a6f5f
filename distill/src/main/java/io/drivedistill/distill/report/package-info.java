/** The one page that says what a run found, with its numbers, pictures and provenance. */
package io.drivedistill.distill.report;
