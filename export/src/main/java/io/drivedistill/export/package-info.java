/**
 * From a DJL block to a deployed network: {@link io.drivedistill.export.OnnxExporter} traces the
 * block into ONNX, {@link io.drivedistill.export.Parity} proves the result equal, {@link
 * io.drivedistill.export.OnnxSession} runs it, {@link io.drivedistill.export.LatencyBench} times
 * it, {@link io.drivedistill.export.ModelCard} says what it is.
 */
package io.drivedistill.export;
