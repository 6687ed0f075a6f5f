/**
 * Students: planners small enough for a car, the guidance that carries a teacher's knowledge into
 * them, and what they are trained on.
 */
package io.drivedistill.student;
