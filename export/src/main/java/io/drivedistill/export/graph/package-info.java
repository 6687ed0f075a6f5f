/** Building and checking ONNX graphs whose tensors know their types, with a free batch size. */
package io.drivedistill.export.graph;
