/** Recording a forward pass: stand-ins compute with the real arrays and write down every call. */
package io.drivedistill.export.trace;
