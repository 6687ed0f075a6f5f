/** The teacher: what it sees, what it says, and where its words are kept. */
package io.drivedistill.teacher;
