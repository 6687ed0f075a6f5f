/** A teacher's answers on disk: every scene is looked at once, however often a student learns. */
package io.drivedistill.teacher.cache;
