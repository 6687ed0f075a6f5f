/**
 * Python pickles: a writer, and a reader for files that may come from strangers: an own stack
 * machine with an allow-list of constructors. Nothing that a file names is ever looked up as a Java
 * class, and no length that a file states is trusted before that many bytes are there.
 */
package io.drivedistill.core.pickle;
