/** Scoring on a cluster through Apache Spark (docs/spark.md). */
package io.drivedistill.spark;
