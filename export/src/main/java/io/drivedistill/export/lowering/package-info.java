/** What each array operation is in ONNX, one class per family. */
package io.drivedistill.export.lowering;
