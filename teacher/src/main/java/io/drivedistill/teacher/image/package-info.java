/**
 * Camera pictures on their way into a vision tower, exact to the integer with the published code.
 */
package io.drivedistill.teacher.image;
