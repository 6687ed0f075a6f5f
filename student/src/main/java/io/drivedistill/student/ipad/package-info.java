/**
 * iPad, a planner that refines a set of proposals by looking at the cameras where each of them
 * would drive (arXiv 2505.15111).
 */
package io.drivedistill.student.ipad;
