/** Whether this build, on this machine, computes what the published code computes. */
package io.drivedistill.distill.verification;
